"""Messages that wait for their time: accepted, and seen by no carrier."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select, text

from tolmach.core.ids import AccountId
from tolmach.store.database import Tx
from tolmach.store.queue import Kind
from tolmach.store.schema import messages, queue

_AHEAD = text("messages.due_at > messages.accepted_at")  # as the index of scheduled messages says it
_UNTOUCHED = and_(queue.c.kind == int(Kind.SUBMIT), queue.c.step == 1, queue.c.claimed_by == "")
_WAITING = or_(_UNTOUCHED, queue.c.kind == int(Kind.MODERATE))


def count(tx: Tx, account: AccountId, now: int) -> int:
    """Return how many messages of an account wait for a moment after ``now``."""
    asked = select(func.count()).select_from(messages).join(queue, queue.c.message_id == messages.c.id)
    found: int = tx.execute(asked.where(_of(account, now))).scalar_one()
    return found


def page(tx: Tx, account: AccountId, now: int, limit: int, offset: int) -> Sequence[tuple[int, int]]:
    """Return (message, end of validity), those that are sent soonest first."""
    asked = select(messages.c.id, queue.c.expires_at).join(queue, queue.c.message_id == messages.c.id)
    ordered = asked.where(_of(account, now)).order_by(messages.c.due_at, messages.c.id)
    return [(row[0], row[1]) for row in tx.execute(ordered.limit(limit).offset(offset))]


def _of(account: AccountId, now: int) -> ColumnElement[bool]:
    return and_(messages.c.account_id == account, messages.c.due_at > now, _AHEAD, _WAITING)
