"""Patterns of accounts, and what was decided on them. A changed text waits for a new decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from tolmach.core.ids import AccountId
from tolmach.core.results import SenderState
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import patterns


@dataclass(frozen=True, slots=True)
class StoredPattern:
    """A pattern; ``state`` is one of `SenderState`. ``changed_at`` is in milliseconds."""

    id: int
    account: AccountId
    name: str
    text: str
    state: str
    changed_at: int
    decided_by: str = ""
    reason: str = ""


def add(tx: Tx, account: AccountId, name: str, text: str, now_ms: int) -> int:
    """Store a new pattern and return its number, which no other pattern ever has."""
    number = counters.reserve(tx, counters.PATTERNS, 1)
    values = {"id": number, "account_id": account, "name": name, "text": text, "changed_at": now_ms}
    tx.execute(insert(patterns).values(**values, state=SenderState.ORDER, decided_by="", reason=""))
    return number


def change(tx: Tx, pattern: StoredPattern) -> None:
    """Store everything of a pattern anew."""
    values = {
        "name": pattern.name,
        "text": pattern.text,
        "state": pattern.state,
        "changed_at": pattern.changed_at,
        "decided_by": pattern.decided_by[:64],
        "reason": pattern.reason[:255],
    }
    tx.execute(update(patterns).where(*_is(pattern.account, pattern.id)).values(**values))
    counters.touch_revision(tx)


def remove(tx: Tx, account: AccountId, number: int) -> bool:
    """Delete a pattern of an account; return whether there was one."""
    removed = tx.execute(delete(patterns).where(*_is(account, number))).rowcount == 1
    if removed:
        counters.touch_revision(tx)
    return removed


def by_id(tx: Tx, account: AccountId, number: int) -> StoredPattern | None:
    """Return a pattern of an account."""
    row = tx.execute(select(patterns).where(*_is(account, number))).first()
    return None if row is None else _pattern(row)


def of_account(tx: Tx, account: AccountId) -> Sequence[StoredPattern]:
    """Return the patterns of an account in order of their numbers."""
    asked = select(patterns).where(patterns.c.account_id == account).order_by(patterns.c.id)
    return [_pattern(row) for row in tx.execute(asked)]


def everyone(tx: Tx, state: str | None = None) -> Sequence[StoredPattern]:
    """Return the patterns of all accounts, in one state or in any."""
    asked = select(patterns) if state is None else select(patterns).where(patterns.c.state == state)
    return [_pattern(row) for row in tx.execute(asked.order_by(patterns.c.id))]


def decided(tx: Tx, limit: int) -> Sequence[StoredPattern]:
    """Return the patterns of all accounts that somebody decided on, the newest first."""
    asked = select(patterns).where(patterns.c.state != SenderState.ORDER, patterns.c.decided_by != "")
    return [_pattern(row) for row in tx.execute(asked.order_by(patterns.c.changed_at.desc()).limit(limit))]


def approved(tx: Tx, account: AccountId) -> Sequence[str]:
    """Return the texts of the approved patterns of an account."""
    asked = select(patterns.c.text).where(patterns.c.account_id == account, patterns.c.state == SenderState.COMPLETED)
    return list(tx.execute(asked.order_by(patterns.c.id)).scalars())


def count(tx: Tx, account: AccountId) -> int:
    """Return how many patterns an account has."""
    return tx.execute(select(func.count()).where(patterns.c.account_id == account)).scalar_one()


def _is(account: AccountId, number: int) -> tuple[Any, Any]:
    return patterns.c.account_id == account, patterns.c.id == number


def _pattern(row: Row[Any]) -> StoredPattern:
    return StoredPattern(
        id=row.id,
        account=AccountId(row.account_id),
        name=row.name,
        text=row.text,
        state=row.state,
        changed_at=row.changed_at,
        decided_by=row.decided_by,
        reason=row.reason,
    )
