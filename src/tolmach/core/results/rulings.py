"""What waits for a moderator, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.papers import Papers
from tolmach.core.registry import RegistryState


@dataclass(frozen=True, slots=True)
class SenderCase:
    """A sender with what its account says of it; ``state`` is order, completed or rejected.

    ``decided_at`` is None before the first decision.
    """

    login: str
    name: str
    state: str
    papers: Papers
    asked_at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TextCase:
    """A text that messages wait for, or that was decided on; ``state`` is a `Ruling`. Recipients are masked."""

    id: int
    login: str
    text: str
    cause: str
    state: str
    messages: int
    since: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PatternCase:
    """A pattern of an account; ``state`` is order, completed or rejected."""

    id: int
    login: str
    name: str
    text: str
    state: str
    changed_at: datetime
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileCase:
    """A file of an account; ``label`` is what the client called it, to be shown and never used.

    ``state`` is order, completed or rejected.
    """

    id: int
    login: str
    label: str
    kind: str
    size: int
    at: datetime
    state: str = "order"
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CasesResult:
    """Everything that waits, those that wait longest first; or what was decided on, the newest first."""

    senders: Sequence[SenderCase]
    texts: Sequence[TextCase]
    patterns: Sequence[PatternCase]
    files: Sequence[FileCase] = ()


@dataclass(frozen=True, slots=True)
class RegistrationCase:
    """A sender of an account at a mobile operator (its word in the protocol); ``changed_by`` "": the client."""

    login: str
    sender: str
    operator: str
    legal_entity: str
    inn: str
    comment: str
    state: RegistryState
    changed_at: datetime
    changed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class RegistrationsPage:
    """Registrations, those that changed longest ago first; ``skip`` is where the next page goes on, 0 at the end."""

    rows: Sequence[RegistrationCase]
    skip: int


@dataclass(frozen=True, slots=True)
class FilesResult:
    """Files of accounts."""

    files: Sequence[FileCase]


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file as a moderator's browser may have it: to be saved, never to be shown."""

    headers: dict[str, str]
    content: bytes
