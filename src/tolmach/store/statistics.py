"""Messages of an account by the moment of their sending.

What was sent at once is found by its id: ids grow with the moment of acceptance (almost), so the ids of a period
are found by a search that halves, and no index has to be kept for it. What was scheduled has an index of its own,
which costs nothing for other messages.
"""

import heapq
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select, text

from tolmach.core.ids import LARGEST, AccountId, MessageId
from tolmach.core.status import Status
from tolmach.store.database import Tx
from tolmach.store.messagepages import may_be_from, may_have
from tolmach.store.messages import Message, from_row
from tolmach.store.prepared import Prepared
from tolmach.store.schema import messages

SKEW_MS = 120_000
"""By how much later a message with a lower id may have been accepted: processes take ids at a time, clocks differ."""

_SCHEDULED = text("due_at > accepted_at")  # as the index says it

_FROM = Prepared(
    select(messages.c.id, messages.c.accepted_at)
    .where(messages.c.id >= bindparam("id"))
    .order_by(messages.c.id)
    .limit(1)
)


class Period(NamedTuple):
    """A period of sending in milliseconds, the end not included, and the ids that were accepted in it."""

    start: int
    end: int
    first_id: int
    end_id: int


def period(tx: Tx, start: int, end: int) -> Period:
    """Return the period between two moments."""
    return Period(start, end, first_id(tx, start - SKEW_MS), first_id(tx, end + SKEW_MS))


class Picked(NamedTuple):
    """Which messages of a period are asked for: with ids above ``after`` up to ``last`` (0: all).

    "" and nothing: any; for statuses and sender the caller looks closer.
    """

    after: int = 0
    last: int = 0
    recipient: str = ""
    sender: str = ""
    statuses: frozenset[Status] = frozenset()


def page(tx: Tx, account: AccountId, within: Period, picked: Picked, limit: int) -> Sequence[Message]:
    """Return messages of a period, by id, at most ``limit``."""
    asked = select(messages).where(messages.c.account_id == account)
    if picked.recipient:
        asked = asked.where(messages.c.recipient == picked.recipient)
    if picked.sender:
        asked = asked.where(may_be_from(picked.sender))
    if picked.statuses:
        asked = asked.where(may_have(picked.statuses))
    ways = _ways(asked.limit(limit), within, picked.after, picked.last)
    found = [[from_row(tuple(row)) for row in tx.execute(one)] for one in ways]
    return list(islice(heapq.merge(*found, key=lambda message: message.id), limit))


def edge(tx: Tx, account: AccountId, within: Period, after: int, looked_at: int) -> MessageId:
    """Return the id of the message so many above ``after`` in a period, 0 if there are fewer: a search rests there."""
    asked = select(messages.c.id).where(messages.c.account_id == account).limit(looked_at)
    found = [tx.execute(one).scalars() for one in _ways(asked, within, after)]
    return MessageId(next(islice(heapq.merge(*found), looked_at - 1, None), 0))


def _ways(asked: Select[Any], within: Period, after: int, last: int = 0) -> Iterator[Select[Any]]:
    """Yield what finds messages of a period, by id: those that were sent at once, and the scheduled ones.

    For these, ids are no columns to look up by: SQLite would walk through everything that the account has kept, by
    the index of ids, rather than look into that of the scheduled.
    """
    due = (messages.c.due_at >= within.start, messages.c.due_at < within.end)
    first, end = after + 1, last + 1 if last else LARGEST
    # one bound on each side: of several, SQLite looks up by any
    ids = (messages.c.id >= max(first, within.first_id), messages.c.id < min(end, within.end_id))
    yield asked.where(messages.c.due_at == messages.c.accepted_at, *due, *ids).order_by(messages.c.id)
    number = messages.c.id + 0
    yield asked.where(_SCHEDULED, *due, number >= first, number < end).order_by(number)


def first_of_all(tx: Tx) -> int | None:
    """Return when the oldest message that is kept was accepted."""
    moment: int | None = tx.execute(select(messages.c.accepted_at).order_by(messages.c.id).limit(1)).scalar()
    return moment


def first_id(tx: Tx, moment: int) -> int:
    """Return the least id of a message that was accepted at a moment or later; one above all when there is none."""
    low, high = 0, (tx.execute(select(func.max(messages.c.id))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = _FROM.all(tx, id=middle)
        if not found or found[0][1] >= moment:
            high = middle
        else:
            low = int(found[0][0]) + 1
    return low
