"""Senders: names that accounts may use, with their moderation state."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from tolmach.core.ids import AccountId
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import senders


def of_account(tx: Tx, account: AccountId) -> Mapping[str, str]:
    """Return name -> state, oldest first."""
    asked = select(senders.c.name, senders.c.state).where(senders.c.account_id == account)
    return {row.name: row.state for row in tx.execute(asked.order_by(senders.c.created_at, senders.c.name))}


def put(tx: Tx, account: AccountId, name: str, state: str, now_ms: int) -> None:
    """Add a sender, or change its state."""
    statement = insert(senders).values(account_id=account, name=name, state=state, created_at=now_ms)
    tx.execute(statement.on_conflict_do_update(index_elements=["account_id", "name"], set_={"state": state}))
    counters.touch_revision(tx)
