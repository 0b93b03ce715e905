"""Counts of what was accepted lately, and of what waits: by bucket, link, account and status.

What was accepted since a moment is found by its ids (`tolmach.store.statistics.first_id`): legs have no index by time,
and need none for this.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, bindparam, func, literal_column, select

from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.core.traffic import ALL_LANES
from tolmach.store import queue as queue_rows
from tolmach.store.database import Tx
from tolmach.store.legs import STATUSES
from tolmach.store.prepared import Prepared
from tolmach.store.queue import Kind
from tolmach.store.schema import legs, messages, queue

_OF_LANE = (queue.c.kind == bindparam("kind"), queue.c.lane == bindparam("lane"))
_DUE = Prepared(select(func.count()).where(*_OF_LANE, queue.c.due_at <= bindparam("now")))
_LATER = Prepared(select(func.count()).where(*_OF_LANE, queue.c.due_at > bindparam("now")))


class Standing(NamedTuple):
    """How many steps of an account's messages stand so with a link ("": with none)."""

    account: AccountId
    link: str
    status: Status
    number: int


class Waiting(NamedTuple):
    """What waits in a lane, how much of it is due, and since when (milliseconds)."""

    kind: Kind
    lane: int
    number: int
    due: int
    oldest: int | None


def nth_newest(tx: Tx, places: int) -> int:
    """Return the id of the message so many places before the newest, 0 when there are fewer."""
    return tx.execute(select(messages.c.id).order_by(messages.c.id.desc()).offset(places).limit(1)).scalar() or 0


def accepted_at(tx: Tx, message: int) -> int | None:
    """Return when a message was accepted (milliseconds); None for one that is not there."""
    return tx.execute(select(messages.c.accepted_at).where(messages.c.id == message)).scalar()


def accepted(tx: Tx, first_id: int, start: int, bucket: int) -> Sequence[tuple[int, AccountId, int]]:
    """Return (bucket, account, messages) of what was accepted since a moment; buckets of so many milliseconds."""
    place = _bucket(messages.c.accepted_at, start, bucket)
    asked = select(place, messages.c.account_id, func.count()).where(messages.c.id >= first_id)
    return [(row[0], AccountId(row[1]), row[2]) for row in tx.execute(asked.group_by(place, messages.c.account_id))]


def submitted(tx: Tx, first_id: int, start: int, bucket: int) -> Sequence[tuple[int, str, int]]:
    """Return (bucket, link, steps) of what was given to links since a moment, of messages from an id on."""
    place = _bucket(legs.c.submitted_at, start, bucket)
    asked = select(place, legs.c.link, func.count()).where(legs.c.message_id >= first_id, legs.c.submitted_at >= start)
    return [(row[0], row[1], row[2]) for row in tx.execute(asked.group_by(place, legs.c.link))]


def delivered(tx: Tx, first_id: int, start: int, bucket: int) -> Sequence[tuple[int, int]]:
    """Return (bucket, steps) of what was delivered since a moment, of messages from an id on."""
    place = _bucket(legs.c.delivered_at, start, bucket)
    asked = select(place, func.count()).where(legs.c.message_id >= first_id, legs.c.delivered_at >= start)
    return [(row[0], row[1]) for row in tx.execute(asked.group_by(place))]


def standings(tx: Tx, first_id: int) -> Sequence[Standing]:
    """Return how the steps of messages from an id on fare."""
    columns = (legs.c.account_id, legs.c.link, legs.c.status)
    asked = select(*columns, func.count()).where(legs.c.message_id >= first_id).group_by(*columns)
    return [Standing(AccountId(row[0]), row[1], STATUSES[row[2]], row[3]) for row in tx.execute(asked)]


def waiting(tx: Tx, now: int) -> Sequence[Waiting]:
    """Return what waits, by duty and lane. Counting lane by lane in the index takes half the time of grouping."""
    found: list[Waiting] = []
    for kind in Kind:
        for lane in ALL_LANES:
            oldest = queue_rows.next_due(tx, kind, (lane,))
            if oldest is not None:
                due = _DUE.scalar(tx, kind=int(kind), lane=lane, now=now)
                found.append(
                    Waiting(kind, lane, due + _LATER.scalar(tx, kind=int(kind), lane=lane, now=now), due, oldest)
                )
    return found


def _bucket(column: ColumnElement[Any], start: int, size: int) -> ColumnElement[int]:
    """Return which bucket a moment falls into, from 0; numbers are written out, so that they can be grouped by."""
    return (column - literal_column(str(int(start)), Integer)) // literal_column(str(int(size)), Integer)
