"""Invoices, by account and number."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from tolmach.core.ids import AccountId
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import invoices

OPEN = "open"


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """A row, its columns in order."""

    account: AccountId
    id: int
    amount: int
    note: str
    state: str
    created_at: int
    created_by: str
    settled_at: int | None = None
    settled_by: str = ""


def add(tx: Tx, row: StoredInvoice) -> int:
    """Store a new invoice and return the number that it got; that of ``row`` is not used."""
    number = counters.reserve(tx, counters.INVOICES, 1)
    tx.execute(
        insert(invoices).values(
            account_id=row.account,
            id=number,
            amount=row.amount,
            note=row.note,
            state=row.state,
            created_at=row.created_at,
            created_by=row.created_by,
            settled_at=row.settled_at,
            settled_by=row.settled_by,
        )
    )
    return number


def by_id(tx: Tx, account: AccountId, number: int) -> StoredInvoice | None:
    """Return an invoice of an account."""
    row = tx.execute(select(invoices).where(invoices.c.account_id == account, invoices.c.id == number)).first()
    return None if row is None else StoredInvoice(*row)


def page(tx: Tx, account: AccountId | None, state: str, before: int, limit: int) -> Sequence[StoredInvoice]:
    """Return invoices of an account (None: of all) in a state ("": any) with numbers below ``before`` (0: all)."""
    asked = select(invoices)
    if account is not None:
        asked = asked.where(invoices.c.account_id == account)
    if state:
        asked = asked.where(invoices.c.state == state)
    if before:
        asked = asked.where(invoices.c.id < before)
    return [StoredInvoice(*row) for row in tx.execute(asked.order_by(invoices.c.id.desc()).limit(limit))]


def count_open(tx: Tx, account: AccountId) -> int:
    """Return how many open invoices an account has."""
    asked = select(func.count()).where(invoices.c.account_id == account, invoices.c.state == OPEN)
    return tx.execute(asked).scalar_one()


def settle(tx: Tx, row: StoredInvoice, state: str, now: int, by: str) -> bool:
    """Give an open invoice its last state; false when it is open no longer."""
    chosen = update(invoices).where(
        invoices.c.account_id == row.account, invoices.c.id == row.id, invoices.c.state == OPEN
    )
    return tx.execute(chosen.values(state=state, settled_at=now, settled_by=by[:64])).rowcount == 1
