"""What a composition would become, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tolmach.core.content import Channel
from tolmach.core.ids import CampaignId, MessageId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection


@dataclass(frozen=True, slots=True)
class ForeignSign:
    """A sign outside the GSM alphabet: where it stands first, how often, and what could stand for it, if known."""

    char: str
    position: int
    times: int
    plain: str | None


@dataclass(frozen=True, slots=True)
class TextQuote:
    """An SMS text: ``left`` more characters fit into its parts. ``plain`` is the text with plain signs instead.

    ``plain_parts`` is how many parts that would have. ``too_long``: it cannot be sent in 255 parts.
    """

    characters: int
    parts: int
    left: int
    is_unicode: bool
    foreigners: Sequence[ForeignSign]
    plain: str
    plain_parts: int
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class ComposeResult:
    """``recipients`` in all, of whom ``looked_at`` were looked at; rejections are counted by their reasons.

    ``parts`` and ``price`` are those of the accepted, with all steps. ``first`` is the first message, ``campaign``
    the id of what was sent to several. ``put_off``: how many recipients have quiet hours then. ``prices``: what each
    channel may cost, in the order of the steps.
    """

    recipients: int
    looked_at: int
    accepted: int
    rejected: Mapping[Rejection, int]
    examples: Mapping[Rejection, str]
    parts: int
    price: Money
    sends_at: datetime | None = None
    first: MessageId | None = None
    campaign: CampaignId | None = None
    put_off: int = 0
    prices: Mapping[Channel, Money] = field(default_factory=dict)
