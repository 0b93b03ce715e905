"""What waits for a moderator, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.papers import Papers


@dataclass(frozen=True, slots=True)
class SenderCase:
    """A sender with what its account says of it; ``state`` is order, completed or rejected."""

    login: str
    name: str
    state: str
    papers: Papers
    asked_at: datetime


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
    """A file of an account; ``label`` is what the client called it, to be shown and never used."""

    id: int
    login: str
    label: str
    kind: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CasesResult:
    """Everything that waits, those that wait longest first."""

    senders: Sequence[SenderCase]
    texts: Sequence[TextCase]
    patterns: Sequence[PatternCase]


@dataclass(frozen=True, slots=True)
class FilesResult:
    """Files of accounts."""

    files: Sequence[FileCase]


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file as a moderator's browser may have it: to be saved, never to be shown."""

    headers: dict[str, str]
    content: bytes
