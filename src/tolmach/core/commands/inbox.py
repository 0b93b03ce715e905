"""What subscribers wrote."""

from dataclasses import dataclass
from datetime import datetime

from tolmach.core.commands.command import Command
from tolmach.core.results import IncomingResult


@dataclass(frozen=True, slots=True)
class ListIncoming(Command[IncomingResult]):
    """The messages that came after ``start`` and before ``end`` (the account's wall clock; None: until now)."""

    start: datetime
    end: datetime | None = None
