"""What became of a file."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FileStored:
    """A file that is kept; ``id`` is its number."""

    id: int


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file as its account sees it: ``label`` is what it was called, ``state`` is order, completed or rejected."""

    id: int
    label: str
    at: datetime
    state: str
    reason: str
