"""When something changed last: clients ask before they load it anew."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results import ChangeResult


@dataclass(frozen=True, slots=True)
class CheckChange(Command[ChangeResult]):
    """The last change of a base (its number as written), or (None) of the account's stop list.

    Failure.UNKNOWN_BASE.
    """

    base: str | None
