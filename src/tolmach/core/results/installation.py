"""The installation as the operator's staff sees it: everybody's stop list, the numbering plan, the settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.numbering import NumberInfo


@dataclass(frozen=True, slots=True)
class StopRow:
    """A number that nobody may write to."""

    phone: str
    since: datetime


@dataclass(frozen=True, slots=True)
class StopsPage:
    """Numbers in order, and how many there are on the list; ``after`` goes on, "" at the end."""

    rows: Sequence[StopRow]
    total: int
    after: str


@dataclass(frozen=True, slots=True)
class PlanImport:
    """What was imported: ``ranges`` or ``ported`` numbers, when, how many entries, from which files."""

    table: str
    imported_at: datetime
    entries: int
    octets: int
    sources: str


@dataclass(frozen=True, slots=True)
class NumberingResult:
    """What is imported, and what is known of the number that was asked for (digits; None when it is no number)."""

    imports: Sequence[PlanImport]
    phone: str | None
    known: NumberInfo | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with its value as it is written in the file; secrets are masked. Its description is a sentence."""

    name: str
    value: str
    description: str
    variable: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the settings file; the first has neither name nor description."""

    name: str
    description: str
    settings: Sequence[Setting]


@dataclass(frozen=True, slots=True)
class SettingsResult:
    """The settings in force."""

    sections: Sequence[Section]
