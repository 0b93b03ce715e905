"""What the operator's staff asks about what goes through right now."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results.pulse import AlertsResult, FailedCallbacksPage, OrphansPage, PulseResult


@dataclass(frozen=True, slots=True)
class GetPulse(Command[PulseResult]):
    """Counts of the last ``buckets`` (1 to 120) of so many seconds (1 to 60), and the queue."""

    bucket: int = 1
    buckets: int = 60


@dataclass(frozen=True, slots=True)
class ListAlerts(Command[AlertsResult]):
    """What is wrong now."""


@dataclass(frozen=True, slots=True)
class ListOrphans(Command[OrphansPage]):
    """Receipts that no part answers to, of one link ("": of all); ``before`` goes on where a page stopped."""

    link: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class ListFailedCallbacks(Command[FailedCallbacksPage]):
    """Statuses that could not be told, of one account ("": of all); ``before`` goes on where a page stopped."""

    login: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class ReplayCallbacks(Command[int]):
    """Tell failed statuses again: those of ``ids``, or (none named) all of an account. Answers how many.

    Raises AdministrationError for an unknown account, or when neither is named.
    """

    ids: tuple[int, ...] = ()
    login: str = ""
