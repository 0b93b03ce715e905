"""Tariffs and directions as an operator keeps them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from tolmach.core.content import Channel
from tolmach.core.money import Money
from tolmach.core.sentences import say
from tolmach.services import accounts, fields
from tolmach.services.administration import NotFoundError
from tolmach.services.pricelists import Fault, PriceList
from tolmach.store import tariffs
from tolmach.store.database import Tx
from tolmach.store.tariffs import PriceRow


@dataclass(frozen=True, slots=True)
class Priced:
    """A direction with what a part costs there, by channel (empty where no tariff was asked for)."""

    name: str
    prefixes: tuple[str, ...]
    open: bool
    prices: dict[Channel, Money]
    closed_for_account: bool = False


class _Watched(Sequence[PriceRow]):
    """Rows that tell how far they have been read."""

    def __init__(self, rows: Sequence[PriceRow], on_row: Callable[[], None]) -> None:
        self._rows = rows
        self._on_row = on_row

    def __iter__(self) -> Iterator[PriceRow]:
        for row in self._rows:
            self._on_row()
            yield row

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> PriceRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PriceRow]: ...
    def __getitem__(self, index: int | slice) -> PriceRow | Sequence[PriceRow]:
        return self._rows[index]


def import_prices(tx: Tx, name: str, prices: PriceList, on_row: Callable[[], None] = lambda: None) -> Sequence[Fault]:
    """Replace the prices of a tariff (created when new); with faults, which are returned, nothing is stored.

    BadValueError for the tariff's name.
    """
    fields.tariff_name(name)
    faults = [*prices.faults, *_without_prefixes(tx, prices)]
    if not faults:
        tariffs.replace(tx, name, _Watched(prices.rows, on_row))
    return sorted(faults, key=lambda fault: fault.line)


def _without_prefixes(tx: Tx, prices: PriceList) -> list[Fault]:
    """A direction that has prefixes neither in the file nor in the store would price no number."""
    known = {direction.name for direction, prefixes in tariffs.all_directions(tx) if prefixes}
    known.update(row.direction for row in prices.rows if row.prefixes)
    return [
        Fault(line, say("%(direction)s is a new direction and has no prefixes", direction=row.direction))
        for row, line in zip(prices.rows, prices.lines, strict=True)
        if row.direction not in known
    ]


def names(tx: Tx) -> Sequence[tuple[str, int]]:
    """Return the tariffs' names with the number of directions that each prices."""
    return [(name, len(tariffs.load(tx, tariff).directions)) for tariff, name in tariffs.names(tx)]


def show(tx: Tx, name: str) -> Sequence[Priced]:
    """Return the directions that a tariff prices; NotFoundError."""
    number = tariffs.by_name(tx, name)
    if number is None:
        raise NotFoundError("tariff", name, [known for _, known in tariffs.names(tx)])
    tariff = tariffs.load(tx, number)
    return [
        Priced(
            direction.name,
            prefixes,
            direction.open,
            {channel: price for channel in Channel if (price := tariff.price(direction, channel)) is not None},
        )
        for direction, prefixes in tariffs.all_directions(tx)
        if direction.id in tariff.directions
    ]


def directions(tx: Tx, login: str | None = None) -> Sequence[Priced]:
    """Return every direction, with whether it is closed for one account; NotFoundError."""
    closed = frozenset() if login is None else tariffs.closed_for(tx, accounts.find(tx, login).id)
    return [
        Priced(direction.name, prefixes, direction.open, {}, direction.id in closed)
        for direction, prefixes in tariffs.all_directions(tx)
    ]


def set_open(tx: Tx, name: str, login: str | None, *, is_open: bool) -> None:
    """Open or close a direction for everybody, or for one account; NotFoundError."""
    direction = tariffs.direction_by_name(tx, name)
    if direction is None:
        raise NotFoundError("direction", name, [known.name for known, _ in tariffs.all_directions(tx)])
    if login is None:
        tariffs.set_open(tx, direction, is_open=is_open)
    else:
        tariffs.set_open_for(tx, accounts.find(tx, login).id, direction, is_open=is_open)
