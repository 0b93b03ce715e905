"""Messages whose time is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results import CancelledResult, SchedulePage


@dataclass(frozen=True, slots=True)
class ListScheduled(Command[SchedulePage]):
    """A page (from 1) of the messages that wait for their time, soonest first."""

    page: int = 1


@dataclass(frozen=True, slots=True)
class CancelScheduled(Command[CancelledResult]):
    """Cancel messages (ids as written) that wait for their time; their money goes back."""

    ids: Sequence[str]
