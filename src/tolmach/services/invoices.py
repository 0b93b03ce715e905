"""Invoices: asked for by the account, settled by the staff; a paid one is a top-up, exactly once."""

from collections.abc import Sequence
from typing import Final

from tolmach.core.commands.invoices import (
    AskInvoice,
    CancelInvoice,
    GetInvoice,
    ListEveryInvoice,
    ListInvoices,
    SettleInvoice,
)
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.money import Money
from tolmach.core.results.invoices import Invoice, InvoiceRefusal, InvoicesPage, InvoiceState
from tolmach.services import accounts, ledger
from tolmach.services.context import Context, Handlers, PersonContext
from tolmach.store import accounts as stored_accounts
from tolmach.store import invoices, users
from tolmach.store.database import Tx
from tolmach.store.invoices import StoredInvoice

PAGE: Final = 50
MOST_OPEN: Final = 20
LONGEST_NOTE: Final = 200
LARGEST: Final = Money(10**9 * 10_000)
"""A thousand million: more is a slip of the finger."""


def ask(asked: Context, command: AskInvoice) -> int | InvoiceRefusal:
    """Store a new invoice."""
    amount, note = command.amount, command.note.strip()
    if amount is None or not 0 < amount <= LARGEST:
        return InvoiceRefusal.BAD_AMOUNT
    if len(note) > LONGEST_NOTE or not note.isprintable():
        return InvoiceRefusal.BAD_NOTE
    if invoices.count_open(asked.tx, asked.account.id) >= MOST_OPEN:
        return InvoiceRefusal.TOO_MANY
    row = StoredInvoice(asked.account.id, 0, amount, note, invoices.OPEN, to_ms(asked.now), _who(asked))
    return invoices.add(asked.tx, row)


def cancel(asked: Context, command: CancelInvoice) -> bool:
    """Take an invoice back."""
    row = invoices.by_id(asked.tx, asked.account.id, command.number)
    cancelled = InvoiceState.CANCELLED.value
    return row is not None and invoices.settle(asked.tx, row, cancelled, to_ms(asked.now), _who(asked))


def _who(asked: Context) -> str:
    """Return the login of the person who asks; "" for a program."""
    user = None if asked.user is None else users.by_id(asked.tx, asked.user)
    return "" if user is None else user.login


def get(asked: Context, command: GetInvoice) -> Invoice | None:
    """Return an invoice of the account."""
    row = invoices.by_id(asked.tx, asked.account.id, command.number)
    return None if row is None else _shown(asked.tx, [row])[0]


def listing(asked: Context, command: ListInvoices) -> InvoicesPage:
    """Return a page of the account's invoices."""
    return _page(asked.tx, invoices.page(asked.tx, asked.account.id, "", command.before, PAGE + 1))


def everything(asked: PersonContext, command: ListEveryInvoice) -> InvoicesPage:
    """Return a page of the invoices of every account; NotFoundError."""
    account: AccountId | None = accounts.find(asked.tx, command.login).id if command.login else None
    state = "" if command.state is None else command.state.value
    return _page(asked.tx, invoices.page(asked.tx, account, state, command.before, PAGE + 1))


def settle(asked: PersonContext, command: SettleInvoice) -> bool:
    """Say what became of an invoice; NotFoundError. Only who closes it tops up, so two clicks are one payment."""
    account = accounts.find(asked.tx, command.login)
    row = invoices.by_id(asked.tx, account.id, command.number)
    state = InvoiceState.CANCELLED if command.cancel else InvoiceState.PAID
    if row is None or not invoices.settle(asked.tx, row, state.value, to_ms(asked.now), asked.user.login):
        return False
    if state is InvoiceState.PAID:
        ledger.top_up(asked.tx, account.login, Money(row.amount), f"invoice {row.id}", asked.now)
    return True


def _page(tx: Tx, found: Sequence[StoredInvoice]) -> InvoicesPage:
    return InvoicesPage(_shown(tx, found[:PAGE]), found[PAGE - 1].id if len(found) > PAGE else 0)


def _shown(tx: Tx, rows: Sequence[StoredInvoice]) -> list[Invoice]:
    known = {one: stored_accounts.by_id(tx, one) for one in {row.account for row in rows}}
    shown = []
    for row in rows:
        account = known[row.account]
        assert account is not None, "accounts are never deleted"
        shown.append(
            Invoice(
                row.id,
                account.login,
                Money(row.amount),
                account.currency,
                row.note,
                InvoiceState(row.state),
                from_ms(row.created_at),
                row.created_by,
                None if row.settled_at is None else from_ms(row.settled_at),
                row.settled_by,
            )
        )
    return shown


READERS: Handlers = {ListInvoices: listing, GetInvoice: get}
WRITERS: Handlers = {AskInvoice: ask, CancelInvoice: cancel}
