"""What moderators ask and decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.registry import RegistryState
from tolmach.core.results.rulings import CasesResult, FileContent, FilesResult, RegistrationsPage


@dataclass(frozen=True, slots=True)
class ListCases(Command[CasesResult]):
    """Everything that waits for a decision."""


@dataclass(frozen=True, slots=True)
class ListDecided(Command[CasesResult]):
    """Senders, texts, patterns and files that were decided on, the newest decisions first, so many of each at most."""


@dataclass(frozen=True, slots=True)
class DecideSender(Command[None]):
    """Approve or reject a sender of an account; ``reason`` is kept."""

    login: str
    name: str
    approved: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DecideText(Command[None]):
    """Approve or reject a text; ``revise``: one that was decided on. Its messages follow by themselves."""

    id: int
    approved: bool
    reason: str = ""
    revise: bool = False


@dataclass(frozen=True, slots=True)
class DecidePattern(Command[None]):
    """Approve or reject a pattern."""

    id: int
    approved: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DecideFile(Command[None]):
    """Approve or reject a file that a client uploaded, also one that was decided on; ``reason`` is kept."""

    id: int
    approved: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ListRegistrations(Command[RegistrationsPage]):
    """Senders at mobile operators: of one account ("": of all), in some states (none named: in any).

    ``skip`` goes on where a page stopped. Raises AdministrationError for an unknown account.
    """

    login: str = ""
    states: tuple[RegistryState, ...] = ()
    skip: int = 0


@dataclass(frozen=True, slots=True)
class DecideRegistration(Command[None]):
    """Say how far the registration of a sender at a mobile operator (its word) has come; ``reason`` is kept."""

    login: str
    sender: str
    operator: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ListFiles(Command[FilesResult]):
    """Files that clients uploaded, of one account ("": of all)."""

    login: str = ""


@dataclass(frozen=True, slots=True)
class GetFile(Command[FileContent]):
    """The content of a file."""

    id: int


@dataclass(frozen=True, slots=True)
class ListStopWords(Command[Sequence[str]]):
    """The stop words as they are compared."""


@dataclass(frozen=True, slots=True)
class EditStopWords(Command[int]):
    """Add stop words or phrases, or take them away; answers how many that concerned."""

    words: tuple[str, ...]
    removes: bool = False
