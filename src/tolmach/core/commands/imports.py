"""Files of subscribers: put up, looked at, taken in beside everything else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

from tolmach.core.commands.command import Command
from tolmach.core.results.imports import Import, LeftOut


@dataclass(frozen=True, slots=True)
class PutImport(Command[int]):
    """Put a file up for a base of the account and answer its number. AdministrationError for what is no such file."""

    reference: str
    label: str
    content: IO[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoteImport(Command[int]):
    """Note a file that is in the folder, as it was recognised."""

    reference: str
    stored: str
    label: str
    encoding: str
    delimiter: str
    preview: Sequence[Sequence[str]] = field(repr=False)
    fields: Sequence[str | None] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class RunImport(Command[bool]):
    """Take a file in that waits, its columns as they were recognised or as ``fields`` says; false: it does not wait.

    AdministrationError when the columns cannot be these.
    """

    number: int
    fields: Sequence[str | None] = ()


@dataclass(frozen=True, slots=True)
class DropImport(Command[bool]):
    """Forget a file; what it has brought in stays. False when there is none."""

    number: int


@dataclass(frozen=True, slots=True)
class GetImport(Command[Import | None]):
    """How far a file is; None when there is none."""

    number: int


@dataclass(frozen=True, slots=True)
class ListImports(Command[Sequence[Import]]):
    """The last files of a base, newest first."""

    reference: str


@dataclass(frozen=True, slots=True)
class ListLeftOut(Command[Sequence[LeftOut]]):
    """Up to ``most`` records that were left out, behind a position."""

    number: int
    behind: int = -1
    most: int = 1_000
