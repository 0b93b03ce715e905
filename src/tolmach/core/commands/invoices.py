"""Invoices: an account asks for one, and the staff says when it is paid."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.money import Money
from tolmach.core.results.invoices import Invoice, InvoiceRefusal, InvoicesPage, InvoiceState


@dataclass(frozen=True, slots=True)
class AskInvoice(Command[int | InvoiceRefusal]):
    """Ask for an invoice and answer its number, or why there is none. ``amount`` None: not readable."""

    amount: Money | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CancelInvoice(Command[bool]):
    """Take an open invoice of the account back; false when there is none."""

    number: int


@dataclass(frozen=True, slots=True)
class ListInvoices(Command[InvoicesPage]):
    """The account's invoices; ``before`` goes on where an earlier page stopped (0: newest)."""

    before: int = 0


@dataclass(frozen=True, slots=True)
class GetInvoice(Command[Invoice | None]):
    """One of the account's invoices; None when there is none."""

    number: int


@dataclass(frozen=True, slots=True)
class ListEveryInvoice(Command[InvoicesPage]):
    """Invoices of every account, or of one, in a state (None: any); for the staff. AdministrationError."""

    state: InvoiceState | None = InvoiceState.OPEN
    login: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class SettleInvoice(Command[bool]):
    """Say that an invoice is paid: its amount goes to the balance, once. ``cancel``: it never will be; false when the

    invoice is not open. For the staff.
    """

    login: str
    number: int
    cancel: bool = False
