"""Messages of an account by the moment of their sending.

What was sent at once is found by its id: ids grow with the moment of acceptance (almost), so the ids of a period
are found by a search that halves, and no index has to be kept for it. What was scheduled has an index of its own,
which costs nothing for other messages.
"""

import heapq
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import func, select, text

from tolmach.core.ids import AccountId
from tolmach.store.database import Tx
from tolmach.store.messages import Message, from_row
from tolmach.store.schema import messages

SKEW_MS = 120_000
"""By how much later a message with a lower id may have been accepted: processes take ids at a time, clocks differ."""

_SCHEDULED = text("due_at > accepted_at")  # as the index says it


class Period(NamedTuple):
    """A period of sending in milliseconds, the end not included, and the ids that were accepted in it."""

    start: int
    end: int
    first_id: int
    end_id: int


def period(tx: Tx, start: int, end: int) -> Period:
    """Return the period between two moments."""
    return Period(start, end, first_id(tx, start - SKEW_MS), first_id(tx, end + SKEW_MS))


def page(tx: Tx, account: AccountId, within: Period, after: int, limit: int) -> Sequence[Message]:
    """Return messages of a period whose ids are above ``after``, by id, at most ``limit``."""
    asked = select(messages).where(messages.c.account_id == account, messages.c.id > after)
    at_once = asked.where(
        messages.c.id >= within.first_id,
        messages.c.id < within.end_id,
        messages.c.due_at == messages.c.accepted_at,
        messages.c.due_at >= within.start,
        messages.c.due_at < within.end,
    )
    scheduled = asked.where(messages.c.due_at >= within.start, messages.c.due_at < within.end, _SCHEDULED)
    found = [
        [from_row(tuple(row)) for row in tx.execute(one.order_by(messages.c.id).limit(limit))]
        for one in (at_once, scheduled)
    ]
    return list(islice(heapq.merge(*found, key=lambda message: message.id), limit))


def first_of_all(tx: Tx) -> int | None:
    """Return when the oldest message that is kept was accepted."""
    moment: int | None = tx.execute(select(messages.c.accepted_at).order_by(messages.c.id).limit(1)).scalar()
    return moment


def first_id(tx: Tx, moment: int) -> int:
    """Return the least id of a message that was accepted at a moment or later; one above all when there is none."""
    low, high = 0, (tx.execute(select(func.max(messages.c.id))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        asked = select(messages.c.id, messages.c.accepted_at).where(messages.c.id >= middle)
        found = tx.execute(asked.order_by(messages.c.id).limit(1)).first()
        if found is None or found.accepted_at >= moment:
            high = middle
        else:
            low = int(found.id) + 1
    return low
