"""Files that clients upload: papers that belong to a sender."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tolmach.core.commands.command import Command
from tolmach.core.results.files import FileStored, OwnFile


@dataclass(frozen=True, slots=True)
class StoreFile(Command[FileStored]):
    """Keep a file; ``label`` is what the client calls it, and is only shown. Failure.BAD_FIELD when it is refused."""

    label: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoteFile(Command[FileStored]):
    """Store the row of a file that lies on the disk already: what `StoreFile` becomes on its way."""

    stored: str
    label: str
    kind: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class ListOwnFiles(Command[Sequence[OwnFile]]):
    """The newest files of the account, newest first, with what a moderator said of each."""
