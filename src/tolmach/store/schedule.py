"""Messages that wait for their time: accepted, and seen by no carrier."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, text

from tolmach.core.ids import AccountId
from tolmach.store.database import Tx
from tolmach.store.queue import Kind
from tolmach.store.schema import messages, queue


class Mark(NamedTuple):
    """A row of the list, by what the list is sorted by."""

    moment: int
    id: int


class Waiting(NamedTuple):
    """A message of the list; times are UTC milliseconds."""

    message: int
    due_at: int
    expires_at: int

    @property
    def mark(self) -> Mark:
        """Where the list goes on behind it."""
        return Mark(self.due_at, self.message)


_AHEAD = text("messages.due_at > messages.accepted_at")  # as the index of scheduled messages says it
_UNTOUCHED = and_(queue.c.kind == int(Kind.SUBMIT), queue.c.step == 1, queue.c.claimed_by == "")
_WAITING = or_(_UNTOUCHED, queue.c.kind.in_((int(Kind.MODERATE), int(Kind.PAUSED))))


def count(tx: Tx, account: AccountId, now: int, after: Mark | None = None) -> int:
    """Return how many messages of an account wait for a moment after ``now``, behind a row of the list."""
    asked = select(func.count()).select_from(messages).join(queue, queue.c.message_id == messages.c.id)
    found: int = tx.execute(asked.where(_of(account, now, after))).scalar_one()
    return found


def page(tx: Tx, account: AccountId, now: int, limit: int, after: Mark | None = None) -> Sequence[Waiting]:
    """Return those that are sent soonest first, from behind a row of the list on."""
    asked = select(messages.c.id, messages.c.due_at, queue.c.expires_at)
    asked = asked.join(queue, queue.c.message_id == messages.c.id).where(_of(account, now, after))
    return [Waiting(*row) for row in tx.execute(asked.order_by(messages.c.due_at, messages.c.id).limit(limit))]


def to_phone(tx: Tx, account: AccountId, phone: str, now: int) -> Sequence[int]:
    """Return the messages of an account to one number that wait for a moment after ``now``."""
    asked = select(messages.c.id).join(queue, queue.c.message_id == messages.c.id)
    return list(tx.execute(asked.where(messages.c.recipient == phone, _of(account, now, None))).scalars())


def _of(account: AccountId, now: int, after: Mark | None) -> ColumnElement[bool]:
    waits = and_(messages.c.account_id == account, messages.c.due_at > now, _AHEAD, _WAITING)
    if after is None:
        return waits
    # the first half is what the index can begin at
    behind = or_(messages.c.due_at > after.moment, messages.c.id > after.id)
    return and_(waits, messages.c.due_at >= after.moment, behind)
