"""What became of a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileStored:
    """A file that is kept; ``id`` is its number."""

    id: int
