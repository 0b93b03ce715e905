"""What the operator's staff asks about the operator's own affairs."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results.users import AuditPage


@dataclass(frozen=True, slots=True)
class ListEveryChange(Command[AuditPage]):
    """What was changed anywhere, newest first; ``before`` goes on where an earlier page stopped (0: newest)."""

    before: int = 0
