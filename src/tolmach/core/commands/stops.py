"""The account's own stop list."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results import StopEditsResult, StopsResult


@dataclass(frozen=True, slots=True)
class StopEdit:
    """Put a number (as the client wrote it) on the list, or take it off (``delete``)."""

    number: str
    delete: bool = False


@dataclass(frozen=True, slots=True)
class ListStops(Command[StopsResult]):
    """The numbers on the account's list, in order: all of them, or (``limit``) a page.

    A page has those that begin with ``prefix`` (as much of a number as was written) and stand behind ``after``; at most
    a thousand.
    """

    prefix: str = ""
    after: str = ""
    limit: int = 0


@dataclass(frozen=True, slots=True)
class EditStops(Command[StopEditsResult]):
    """Change the list, in order; the result has one item per edit."""

    edits: Sequence[StopEdit]
