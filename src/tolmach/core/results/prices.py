"""Tariffs and directions as the operator's staff sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tolmach.core.content import Channel
from tolmach.core.money import Money


@dataclass(frozen=True, slots=True)
class DirectionRow:
    """A direction with its prefixes; ``prices`` of a part by channel, none where no tariff was asked for."""

    name: str
    prefixes: tuple[str, ...]
    open: bool
    prices: Mapping[Channel, Money]


@dataclass(frozen=True, slots=True)
class TariffsResult:
    """Tariffs with the number of directions that each prices, and all directions."""

    tariffs: Sequence[tuple[str, int]]
    directions: Sequence[DirectionRow]


@dataclass(frozen=True, slots=True)
class TariffResult:
    """A tariff with what it prices."""

    name: str
    rows: Sequence[DirectionRow]


@dataclass(frozen=True, slots=True)
class PriceImport:
    """What became of a price list: how many rows were stored, or (line, problem) of every bad row and none stored."""

    rows: int
    faults: Sequence[tuple[int, str]]
