"""Invoices: money that an account has asked to pay. Moments are aware, in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tolmach.core.money import Money


class InvoiceState(StrEnum):
    """What became of it; the words are the table's."""

    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice. ``note`` is what its payer wrote on it; ``settled_at``: when it was paid or cancelled."""

    id: int
    login: str
    amount: Money
    currency: str
    note: str
    state: InvoiceState
    created_at: datetime
    created_by: str
    settled_at: datetime | None
    settled_by: str


@dataclass(frozen=True, slots=True)
class InvoicesPage:
    """Invoices, newest first; ``before`` is where the next page goes on, 0 at the end."""

    rows: Sequence[Invoice]
    before: int


class InvoiceRefusal(StrEnum):
    """Why there is no new invoice."""

    BAD_AMOUNT = "bad-amount"
    TOO_MANY = "too-many"  # open ones
    BAD_NOTE = "bad-note"
