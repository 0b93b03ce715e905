"""What the operator's staff asks about the operator's own affairs."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results.users import AuditPage


@dataclass(frozen=True, slots=True)
class ListEveryChange(Command[AuditPage]):
    """What was changed, newest first; ``before`` goes on where an earlier page stopped (0: newest).

    ``account``: only of its affairs; ``login``: only by somebody of that login; "": of any, by anybody. Raises
    AdministrationError for an account that is not there.
    """

    before: int = 0
    account: str = ""
    login: str = ""
