"""Senders: names that accounts may use, with their moderation state."""

from collections.abc import Mapping

from sqlalchemy import select, update

from tolmach.core.ids import AccountId
from tolmach.core.traffic import Traffic
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.schema import senders


def of_account(tx: Tx, account: AccountId) -> Mapping[str, str]:
    """Return name -> state, oldest first."""
    asked = select(senders.c.name, senders.c.state).where(senders.c.account_id == account)
    return {row.name: row.state for row in tx.execute(asked.order_by(senders.c.created_at, senders.c.name))}


def traffic_of(tx: Tx, account: AccountId) -> Mapping[str, Traffic]:
    """Return name -> class of traffic, of the senders that have one of their own."""
    asked = select(senders.c.name, senders.c.traffic).where(senders.c.account_id == account, senders.c.traffic != "")
    return {row.name: Traffic(row.traffic) for row in tx.execute(asked)}


def set_traffic(tx: Tx, account: AccountId, name: str, traffic: Traffic | None) -> None:
    """Give a sender a class of traffic of its own, or (None) the account's."""
    changed = update(senders).where(senders.c.account_id == account, senders.c.name == name)
    tx.execute(changed.values(traffic=traffic.value if traffic else ""))
    counters.touch_revision(tx)


def put(tx: Tx, account: AccountId, name: str, state: str, now_ms: int) -> None:
    """Add a sender, or change its state."""
    statement = flavour(tx).insert(senders).values(account_id=account, name=name, state=state, created_at=now_ms)
    tx.execute(statement.on_conflict_do_update(index_elements=["account_id", "name"], set_={"state": state}))
    counters.touch_revision(tx)
