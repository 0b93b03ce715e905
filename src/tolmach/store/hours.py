"""Hours that are over, counted: the ids that were accepted in each, and the sums of every account that sent then.

Where messages were still on their way, their number is kept with the sums: while it stays the same nothing has changed.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import select

from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.store.dashboards import Totals
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.prepared import insertion
from tolmach.store.schema import counted_hours, hour_sums

LASTS = 3_600_000  # milliseconds


_PUT = insertion(
    hour_sums,
    conflict=lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "hour"],
        set_={name: insert.excluded[name] for name in ("live", "counts", "charged")},
    ),
)


class Hour(NamedTuple):
    """An hour by the moment when it began, and the ids of its messages; the fields are the table's columns."""

    start: int
    first_id: int
    end_id: int


class Sum(NamedTuple):
    """What an account sent in an hour, of which so many messages were on their way then."""

    account: AccountId
    live: int
    totals: Totals


def last(tx: Tx) -> Hour | None:
    """Return the latest counted hour."""
    row = tx.execute(select(counted_hours).order_by(counted_hours.c.hour.desc()).limit(1)).first()
    return None if row is None else Hour(*row)


def between(tx: Tx, start: int, end: int) -> Sequence[Hour]:
    """Return the counted hours that began in [start, end), in order."""
    asked = select(counted_hours).where(counted_hours.c.hour >= start, counted_hours.c.hour < end)
    return [Hour(*row) for row in tx.execute(asked.order_by(counted_hours.c.hour))]


def of_account(tx: Tx, account: AccountId, start: int, end: int) -> Mapping[int, Totals]:
    """Return the totals of an account by the counted hours of [start, end) in which it sent anything."""
    asked = select(hour_sums.c.hour, hour_sums.c.counts, hour_sums.c.charged).where(
        hour_sums.c.account_id == account, hour_sums.c.hour >= start, hour_sums.c.hour < end
    )
    return {hour: Totals(_counts(counts), Money(charged)) for hour, counts, charged in tx.execute(asked)}


def live(tx: Tx) -> Mapping[Hour, Mapping[AccountId, int]]:
    """Return how many messages were on their way when an hour was counted last, where there were any."""
    asked = (
        select(counted_hours, hour_sums.c.account_id, hour_sums.c.live)
        .join(hour_sums, hour_sums.c.hour == counted_hours.c.hour)
        .where(hour_sums.c.live > 0)
        .order_by(counted_hours.c.hour)
    )
    found: dict[Hour, dict[AccountId, int]] = {}
    for start, first_id, end_id, account, number in tx.execute(asked):
        found.setdefault(Hour(start, first_id, end_id), {})[AccountId(account)] = number
    return found


def put(tx: Tx, hour: Hour, sums: Sequence[Sum]) -> None:
    """Keep an hour and sums of it, in the place of earlier ones."""
    stored = flavour(tx).insert(counted_hours).values(hour=hour.start, first_id=hour.first_id, end_id=hour.end_id)
    tx.execute(stored.on_conflict_do_nothing())
    rows = [(one.account, hour.start, one.live, _text(one.totals), int(one.totals.charged)) for one in sums]
    if rows:
        _PUT.run_many(tx, rows)


def _counts(written: str) -> Mapping[Status, int]:
    return {Status(word): number for word, number in orjson.loads(written).items()}


def _text(totals: Totals) -> str:
    return orjson.dumps({status.value: number for status, number in totals.counts.items()}).decode()
