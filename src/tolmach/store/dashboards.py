"""The messages of a span in numbers: one statement per span, whatever became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import case, func, literal, select

from tolmach.core.ids import AccountId
from tolmach.core.money import ZERO, Money
from tolmach.core.status import SUCCESS, Status
from tolmach.store.callbacks import FAILED
from tolmach.store.database import Tx
from tolmach.store.queue import Kind
from tolmach.store.schema import callbacks, legs, messages, queue


@dataclass(frozen=True, slots=True)
class Totals:
    """How many messages stand where, and what was charged for them."""

    counts: Mapping[Status, int] = field(default_factory=dict)
    charged: Money = ZERO


def totals(tx: Tx, account: AccountId, first_id: int, end_id: int) -> Totals:
    """Return the totals of an account's messages with ids in [first_id, end_id).

    A message stands where its last tried step does, unless an earlier one has succeeded.
    """
    good = case((legs.c.status.in_([status.value for status in SUCCESS]), 1), else_=0)
    of_message = legs.c.message_id == messages.c.id
    stands = select(legs.c.status).where(of_message).order_by(good.desc(), legs.c.step.desc()).limit(1)
    charged = select(func.sum(legs.c.charged)).where(of_message)
    each = (
        select(
            func.coalesce(stands.scalar_subquery(), literal(Status.QUEUED.value)).label("status"),
            func.coalesce(charged.scalar_subquery(), 0).label("charged"),
        )
        .where(messages.c.account_id == account, messages.c.id >= first_id, messages.c.id < end_id)
        .subquery()
    )
    rows = tx.execute(select(each.c.status, func.count(), func.sum(each.c.charged)).group_by(each.c.status)).all()
    return Totals({Status(row[0]): row[1] for row in rows}, Money(sum(int(row[2]) for row in rows)))


def failed_callbacks(tx: Tx, account: AccountId, first_id: int) -> int:
    """Return how many callbacks about messages from an id on were given up."""
    asked = select(func.count()).where(
        callbacks.c.message_id >= first_id, callbacks.c.account_id == account, callbacks.c.state == FAILED
    )
    return tx.execute(asked).scalar_one()


def on_moderation(tx: Tx, account: AccountId) -> int:
    """Return how many messages wait for a moderator."""
    return tx.execute(
        select(func.count()).where(queue.c.account_id == account, queue.c.kind == Kind.MODERATE)
    ).scalar_one()
