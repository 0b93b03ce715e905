"""What the operator's staff asks about money."""

from dataclasses import dataclass
from datetime import date

from tolmach.core.commands.command import Command
from tolmach.core.money import Money
from tolmach.core.results.finance import BalanceNow, ClosedDay, DaysResult, LedgerPage


@dataclass(frozen=True, slots=True)
class ListLedger(Command[LedgerPage]):
    """Movements of money, newest first: of one account ("": of all), of one kind ("": of any), between two days.

    Days are the operator's (Moscow), both inclusive. ``before`` goes on where a page stopped.
    """

    login: str = ""
    kind: str = ""
    first_day: date | None = None
    last_day: date | None = None
    before: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class TopUp(Command[BalanceNow]):
    """Add money to a balance; ``correction`` allows an amount of zero or less."""

    login: str
    amount: Money
    note: str = ""
    correction: bool = False


@dataclass(frozen=True, slots=True)
class CloseDays(Command[int]):
    """Count the money of every day that is over, for good; answers how many days were closed."""


@dataclass(frozen=True, slots=True)
class ListDays(Command[DaysResult]):
    """Closed days with their sums by currency, newest first, those before ``before`` (None: the newest)."""

    before: date | None = None


@dataclass(frozen=True, slots=True)
class GetDay(Command[ClosedDay]):
    """One closed day, account by account."""

    day: date
