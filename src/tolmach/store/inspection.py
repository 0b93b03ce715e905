"""What only whole tables tell: the integrity of the file, money held for live messages, callbacks by state."""

from collections.abc import Mapping

from sqlalchemy import func, select

from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.store.database import Tx
from tolmach.store.schema import callbacks, ledger, queue


def open_holds(tx: Tx) -> Mapping[AccountId, Money]:
    """Return what is held for messages that are still live, per account."""
    live = select(queue.c.message_id)
    asked = select(ledger.c.account_id, func.sum(ledger.c.held)).where(ledger.c.message_id.in_(live))
    return {AccountId(row[0]): Money(int(row[1])) for row in tx.execute(asked.group_by(ledger.c.account_id))}


def callback_counts(tx: Tx) -> Mapping[str, int]:
    """Return the number of callbacks by state."""
    asked = select(callbacks.c.state, func.count()).group_by(callbacks.c.state)
    return {row[0]: row[1] for row in tx.execute(asked)}
