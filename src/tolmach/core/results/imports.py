"""How far the taking in of a file of subscribers is. Moments are aware, in the account's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ImportState(StrEnum):
    """How far it is; the words are the table's."""

    WAITING = "waiting"  # for somebody who has looked at its columns
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Import:
    """A file for the base of this number and name.

    ``encoding`` and ``delimiter`` are "" for a workbook; ``preview`` has its first records, the header too.

    ``fields``: what each column is taken for (None: nothing); ``share``: how much of it is read, 0 to 1; ``error``: why
    it failed, a sentence.
    """

    id: int
    base: int
    base_name: str
    label: str
    encoding: str
    delimiter: str
    preview: Sequence[Sequence[str]]
    fields: Sequence[str | None]
    state: ImportState
    share: float
    added: int
    known: int
    bad: int
    error: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that was left out: its line, why (a sentence), and what it says."""

    position: int
    line: int
    reason: str
    cells: Sequence[str]
