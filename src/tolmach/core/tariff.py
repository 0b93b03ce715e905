"""Directions and prices: which direction a number belongs to (longest prefix), and what a part costs there."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tolmach.core.content import Channel
from tolmach.core.money import Money


@dataclass(frozen=True, slots=True)
class Direction:
    """A country or an operator. ``open``: false when closed for everybody."""

    id: int
    name: str
    open: bool = True


@dataclass(frozen=True)
class Tariff:
    """Prices per part by direction id and channel, with the prefixes that find the direction."""

    directions: Mapping[int, Direction]
    prefixes: Mapping[str, int]
    prices: Mapping[tuple[int, Channel], Money]

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(prefix) for prefix in self.prefixes}, reverse=True))

    def direction(self, phone: str) -> Direction | None:
        """Return the direction with the longest prefix of ``phone``."""
        for length in self._lengths:
            found = self.prefixes.get(phone[:length])
            if found is not None:
                return self.directions[found]
        return None

    def price(self, direction: Direction, channel: Channel) -> Money | None:
        """Return the price of one part, or None when the channel is not sold there."""
        return self.prices.get((direction.id, channel))


NO_TARIFF = Tariff({}, {}, {})
