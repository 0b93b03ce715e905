"""Closed days: which entries of the ledger belong to each, and their sums per account."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, insert, literal, select

from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.store.database import Tx
from tolmach.store.ledger import Movement
from tolmach.store.schema import accounts, closed_days, day_sums, ledger


class Closed(NamedTuple):
    """A closed day; the fields are the table's columns, in order."""

    day: str
    last_entry: int
    closed_at: int
    closed_by: str


class Sums(NamedTuple):
    """What moved on a day, and what there was after it: of an account, or of all with its currency."""

    account: AccountId | None
    currency: str
    topped_up: Money
    transferred: Money
    set_aside: Money
    charged: Money
    given_back: Money
    available: Money
    held: Money


_MOVED = ("topped_up", "transferred", "set_aside", "charged", "given_back", "available", "held")


def last(tx: Tx) -> Closed | None:
    """Return the last closed day."""
    row = tx.execute(select(closed_days).order_by(closed_days.c.day.desc()).limit(1)).first()
    return None if row is None else Closed(*row)


def find(tx: Tx, day: str) -> Closed | None:
    """Return a closed day."""
    row = tx.execute(select(closed_days).where(closed_days.c.day == day)).first()
    return None if row is None else Closed(*row)


def page(tx: Tx, before: str, limit: int) -> Sequence[Closed]:
    """Return closed days before a day ("": the newest), newest first."""
    asked = select(closed_days)
    if before:
        asked = asked.where(closed_days.c.day < before)
    return [Closed(*row) for row in tx.execute(asked.order_by(closed_days.c.day.desc()).limit(limit))]


def close(tx: Tx, closed: Closed, after: int) -> None:
    """Count the entries behind ``after`` up to the day's last one, per account, and keep the sums for good."""
    tx.execute(insert(closed_days).values(closed._asdict()))
    moved = {
        "topped_up": _sum(ledger.c.available, Movement.TOP_UP),
        "transferred": _sum(ledger.c.available, Movement.TRANSFER),
        "set_aside": _sum(ledger.c.held, Movement.HOLD),
        "charged": -_sum(ledger.c.held, Movement.CAPTURE),
        "given_back": _sum(ledger.c.available, Movement.RELEASE),
    }
    entries = (
        select(
            ledger.c.account_id,
            *[column.label(name) for name, column in moved.items()],
            func.sum(ledger.c.available).label("available"),
            func.sum(ledger.c.held).label("held"),
        )
        .where(ledger.c.id > after, ledger.c.id <= closed.last_entry)
        .group_by(ledger.c.account_id)
        .subquery()
    )
    newest = (
        select(day_sums.c.account_id, func.max(day_sums.c.day).label("day")).group_by(day_sums.c.account_id).subquery()
    )
    earlier = day_sums.alias("earlier")
    carried = (
        select(
            literal(closed.day),
            entries.c.account_id,
            *[entries.c[name] for name in moved],
            *[entries.c[name] + func.coalesce(earlier.c[name], 0) for name in ("available", "held")],
        )
        .select_from(entries)
        .outerjoin(newest, newest.c.account_id == entries.c.account_id)
        .outerjoin(earlier, (earlier.c.account_id == newest.c.account_id) & (earlier.c.day == newest.c.day))
    )
    tx.execute(insert(day_sums).from_select(["day", "account_id", *_MOVED], carried))


def by_account(tx: Tx, day: str) -> Sequence[Sums]:
    """Return the sums of a day per account that had any, by login."""
    columns = [day_sums.c[name] for name in _MOVED]
    asked = select(day_sums.c.account_id, accounts.c.currency, *columns).join(
        accounts, accounts.c.id == day_sums.c.account_id
    )
    return [Sums(*row) for row in tx.execute(asked.where(day_sums.c.day == day).order_by(accounts.c.login))]


def by_currency(tx: Tx, days: Sequence[str]) -> Mapping[str, Sequence[Sums]]:
    """Return the sums of days per currency: of what moved, and of what those accounts had after it."""
    columns = [func.sum(day_sums.c[name]) for name in _MOVED]
    asked = (
        select(day_sums.c.day, accounts.c.currency, *columns)
        .join(accounts, accounts.c.id == day_sums.c.account_id)
        .where(day_sums.c.day.in_(list(days)))
        .group_by(day_sums.c.day, accounts.c.currency)
        .order_by(accounts.c.currency)
    )
    found: dict[str, list[Sums]] = {}
    for row in tx.execute(asked):
        found.setdefault(row[0], []).append(Sums(None, row[1], *[Money(int(value)) for value in row[2:]]))
    return found


def _sum(column: ColumnElement[int], kind: Movement) -> ColumnElement[int]:
    return func.sum(case((ledger.c.kind == kind.value, column), else_=0))
