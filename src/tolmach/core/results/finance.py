"""Money as the operator's staff sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tolmach.core.money import Money


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One movement: what it did to what can be spent and to what is set aside; ``message`` None: it is about none."""

    id: int
    at: datetime
    login: str
    kind: str
    available: Money
    held: Money
    currency: str
    message: int | None
    note: str


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Movements, newest first; ``before`` is where the next page goes on, 0 at the end."""

    rows: Sequence[LedgerRow]
    before: int


@dataclass(frozen=True, slots=True)
class BalanceNow:
    """What an account has after a payment."""

    available: Money
    held: Money
    currency: str


@dataclass(frozen=True, slots=True)
class DaySums:
    """What moved on a day, of one account or (``login`` "") of all of a currency, and what there was after it.

    ``set_aside`` was held for messages; of what was held, ``charged`` was taken and ``given_back`` returned.
    """

    login: str
    currency: str
    topped_up: Money
    transferred: Money
    set_aside: Money
    charged: Money
    given_back: Money
    available: Money
    held: Money


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day whose sums no longer change; ``sums`` by currency, or by account where one day was asked for."""

    day: date
    closed_at: datetime
    closed_by: str
    sums: Sequence[DaySums]


@dataclass(frozen=True, slots=True)
class DaysResult:
    """Closed days, newest first; ``open_from`` is the first day that could be closed now, None when there is none."""

    days: Sequence[ClosedDay]
    open_from: date | None
