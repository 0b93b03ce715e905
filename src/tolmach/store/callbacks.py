"""Status callbacks that wait for a client's acknowledgement, and those that got it or failed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, bindparam, func, insert, select, update

from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store.database import Tx
from tolmach.store.schema import callbacks

PENDING = "pending"
ACKNOWLEDGED = "acknowledged"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Callback:
    """One status change to tell. ``attempts`` counts the POSTs that carried it."""

    account: AccountId
    message: int
    status: Status
    changed_at: int
    due_at: int
    attempts: int = 0
    state: str = PENDING
    done_at: int | None = None
    error: str = ""
    id: int = 0


_SETTLE = (
    update(callbacks)
    .where(callbacks.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        due_at=bindparam("b_due"),
        done_at=bindparam("b_done"),
        error=bindparam("b_error"),
    )
)


def add(tx: Tx, rows: Sequence[Callback]) -> None:
    """Store status changes to tell."""
    if rows:
        values = [
            {
                "account_id": row.account,
                "message_id": row.message,
                "status": row.status.value,
                "changed_at": row.changed_at,
                "due_at": row.due_at,
                "attempts": 0,
                "state": PENDING,
                "error": "",
            }
            for row in rows
        ]
        tx.execute(insert(callbacks), values)


def accounts_due(tx: Tx, now: int) -> Sequence[AccountId]:
    """Return the accounts that have something to be told now."""
    asked = select(callbacks.c.account_id).where(callbacks.c.state == PENDING, callbacks.c.due_at <= now).distinct()
    return [AccountId(value) for value in tx.execute(asked).scalars()]


def claim(tx: Tx, account: AccountId, now: int, lease_until: int, limit: int) -> Sequence[Callback]:
    """Lease the oldest due callbacks of an account and count the attempt."""
    due = (
        select(callbacks.c.id)
        .where(callbacks.c.state == PENDING, callbacks.c.due_at <= now, callbacks.c.account_id == account)
        .order_by(callbacks.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(callbacks)
        .where(callbacks.c.id.in_(due.scalar_subquery()))
        .values(due_at=lease_until, attempts=callbacks.c.attempts + 1)
        .returning(*callbacks.c)
    )
    return sorted((_callback(row) for row in tx.execute(statement)), key=lambda row: row.id)


def settle(tx: Tx, rows: Collection[Callback]) -> None:
    """Store the new states of callbacks after a POST."""
    if rows:
        values = [
            {"b_id": r.id, "b_state": r.state, "b_due": r.due_at, "b_done": r.done_at, "b_error": r.error[:255]}
            for r in rows
        ]
        tx.execute(_SETTLE, values)


def of_message(tx: Tx, message: int) -> Sequence[Callback]:
    """Return a message's callbacks, oldest first."""
    asked = select(callbacks).where(callbacks.c.message_id == message).order_by(callbacks.c.id)
    return [_callback(row) for row in tx.execute(asked)]


def next_due(tx: Tx) -> int | None:
    """Return the moment at which the next callback falls due."""
    return tx.execute(select(func.min(callbacks.c.due_at)).where(callbacks.c.state == PENDING)).scalar()


def _callback(row: Row[tuple[object, ...]]) -> Callback:
    return Callback(
        account=AccountId(row.account_id),
        message=row.message_id,
        status=Status(row.status),
        changed_at=row.changed_at,
        due_at=row.due_at,
        attempts=row.attempts,
        state=row.state,
        done_at=row.done_at,
        error=row.error,
        id=row.id,
    )
