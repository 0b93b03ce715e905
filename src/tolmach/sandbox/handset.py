"""A virtual phone as a person has set it: switched on or off, and what becomes of messages to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import orjson

from tolmach.core.content import Channel
from tolmach.sandbox import outcomes
from tolmach.sandbox.outcomes import Fate


@dataclass(frozen=True, slots=True)
class Handset:
    """``chosen``: what becomes of messages by channel; for the others the number decides."""

    number: str
    on: bool = True
    chosen: Mapping[Channel, Fate] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether it is as every phone is at first."""
        return self.on and not self.chosen

    def fate(self, channel: Channel) -> Fate:
        """Return what happens to a message by this channel."""
        return self.chosen.get(channel) or outcomes.fate(self.number, channel)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be set; None leaves as it is. An empty ``chosen`` lets the number decide again."""

    on: bool | None = None
    chosen: Mapping[Channel, Fate] | None = None

    def of(self, handset: Handset) -> Handset:
        """Return the phone as it is afterwards."""
        on = handset.on if self.on is None else self.on
        return replace(handset, on=on, chosen=handset.chosen if self.chosen is None else self.chosen)


RESET: Final = Change(on=True, chosen={})


def words(chosen: Mapping[Channel, Fate]) -> dict[str, str]:
    """Return what was chosen as the API shows it."""
    return {channel.value: fate.value for channel, fate in chosen.items()}


def pack(chosen: Mapping[Channel, Fate]) -> str:
    """Return what was chosen as it is stored."""
    return orjson.dumps(words(chosen)).decode()


def unpack(stored: str) -> dict[Channel, Fate]:
    """Read what `pack` wrote."""
    return {Channel(channel): Fate(fate) for channel, fate in orjson.loads(stored).items()}
