"""Tariffs, directions and their prefixes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from tolmach.core.content import Channel
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.tariff import Direction, Tariff
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.schema import closed_directions, direction_prefixes, directions, prices, tariffs


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One line of a price list: a direction, a channel and a price.

    ``prefixes`` of all lines of a direction are put together; none in the whole list keeps those that it has.
    """

    direction: str
    prefixes: tuple[str, ...]
    channel: Channel
    price: Money


def load(tx: Tx, tariff: int) -> Tariff:
    """Return a tariff with every direction that it prices."""
    rows = tx.execute(select(prices).where(prices.c.tariff_id == tariff)).all()
    priced = {row.direction_id for row in rows}
    known = {
        row.id: Direction(row.id, row.name, row.open)
        for row in tx.execute(select(directions).order_by(directions.c.id))
    }
    prefixes = {
        row.prefix: row.direction_id for row in tx.execute(select(direction_prefixes)) if row.direction_id in priced
    }
    return Tariff(
        directions={key: direction for key, direction in known.items() if key in priced},
        prefixes=prefixes,
        prices={(row.direction_id, Channel(row.channel)): Money(row.price) for row in rows},
    )


def replace(tx: Tx, name: str, rows: Sequence[PriceRow]) -> int:
    """Store a price list under a name, replacing the prices it had; return the tariff's id."""
    tx.execute(flavour(tx).insert(tariffs).values(name=name).on_conflict_do_nothing())
    tariff: int = tx.execute(select(tariffs.c.id).where(tariffs.c.name == name)).scalar_one()
    tx.execute(delete(prices).where(prices.c.tariff_id == tariff))
    prefixes: dict[int, list[str]] = {}
    for row in rows:
        direction = _direction(tx, row.direction)
        prefixes.setdefault(direction, []).extend(row.prefixes)
        price = (
            flavour(tx)
            .insert(prices)
            .values(tariff_id=tariff, direction_id=direction, channel=row.channel, price=row.price)
        )
        tx.execute(price.on_conflict_do_update(index_elements=list(prices.primary_key), set_={"price": row.price}))
    for direction, found in prefixes.items():
        if found:
            _set_prefixes(tx, direction, found)
    counters.touch_revision(tx)
    return tariff


def _set_prefixes(tx: Tx, direction: int, prefixes: Sequence[str]) -> None:
    """Give a direction these prefixes and no others; one that belonged elsewhere moves."""
    tx.execute(delete(direction_prefixes).where(direction_prefixes.c.direction_id == direction))
    for prefix in prefixes:
        statement = flavour(tx).insert(direction_prefixes).values(prefix=prefix, direction_id=direction)
        tx.execute(statement.on_conflict_do_update(index_elements=["prefix"], set_={"direction_id": direction}))


def _direction(tx: Tx, name: str) -> int:
    tx.execute(flavour(tx).insert(directions).values(name=name).on_conflict_do_nothing())
    found: int = tx.execute(select(directions.c.id).where(directions.c.name == name)).scalar_one()
    return found


def by_name(tx: Tx, name: str) -> int | None:
    """Return a tariff's id."""
    return tx.execute(select(tariffs.c.id).where(tariffs.c.name == name)).scalar()


def names(tx: Tx) -> Sequence[tuple[int, str]]:
    """Return (id, name) of all tariffs."""
    return [(row.id, row.name) for row in tx.execute(select(tariffs).order_by(tariffs.c.id))]


def direction_by_name(tx: Tx, name: str) -> int | None:
    """Return a direction's id."""
    return tx.execute(select(directions.c.id).where(directions.c.name == name)).scalar()


def all_directions(tx: Tx) -> Sequence[tuple[Direction, tuple[str, ...]]]:
    """Return every direction with its prefixes."""
    found: dict[int, list[str]] = {}
    for row in tx.execute(select(direction_prefixes).order_by(direction_prefixes.c.prefix)):
        found.setdefault(row.direction_id, []).append(row.prefix)
    rows = tx.execute(select(directions).order_by(directions.c.id))
    return [(Direction(row.id, row.name, row.open), tuple(found.get(row.id, ()))) for row in rows]


def set_open(tx: Tx, direction: int, *, is_open: bool) -> None:
    """Open or close a direction for everybody."""
    tx.execute(update(directions).where(directions.c.id == direction).values(open=is_open))
    counters.touch_revision(tx)


def set_open_for(tx: Tx, account: AccountId, direction: int, *, is_open: bool) -> None:
    """Open or close a direction for one account."""
    row = {"account_id": account, "direction_id": direction}
    if is_open:
        tx.execute(delete(closed_directions).filter_by(**row))
    else:
        tx.execute(flavour(tx).insert(closed_directions).values(**row).on_conflict_do_nothing())
    counters.touch_revision(tx)


def closed_for(tx: Tx, account: AccountId) -> frozenset[int]:
    """Return the directions closed for one account."""
    asked = select(closed_directions.c.direction_id).where(closed_directions.c.account_id == account)
    return frozenset(tx.execute(asked).scalars())
