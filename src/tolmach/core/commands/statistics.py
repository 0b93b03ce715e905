"""Statistics."""

from dataclasses import dataclass
from datetime import date, time

from tolmach.core.commands.command import Command
from tolmach.core.results import StatisticsResult
from tolmach.core.status import Status


@dataclass(frozen=True, slots=True)
class ListStatistics(Command[StatisticsResult]):
    """Messages whose sending lies between two moments (both inclusive), by id.

    A day that is None is today. Nothing is told of what was sent more than three months ago.
    ``statuses`` (none named: all), ``sender``, ``recipient`` and ``operator`` pick some; ``after`` goes on after the
    message where an earlier answer stopped. Failure.UNKNOWN_OPERATOR for an operator that nobody knows.
    """

    first_day: date | None = None
    last_day: date | None = None
    from_time: time = time(0, 0)
    to_time: time = time(23, 59, 59)
    statuses: frozenset[Status] = frozenset()
    sender: str = ""
    recipient: str = ""
    operator: str = ""
    after: int = 0
