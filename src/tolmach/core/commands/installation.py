"""What the operator's staff asks about the installation: everybody's stop list, the numbering plan, the settings."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results.installation import NumberingResult, SettingsResult, StopsPage


@dataclass(frozen=True, slots=True)
class ListEverybodysStops(Command[StopsPage]):
    """Numbers that nobody may write to, of those that begin with ``prefix``; ``after`` goes on behind a number."""

    prefix: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class EditEverybodysStops(Command[int]):
    """Put numbers, in any usual form, on the list of everybody, or take them off; answers how many that changed."""

    numbers: tuple[str, ...]
    removes: bool = False


@dataclass(frozen=True, slots=True)
class GetNumbering(Command[NumberingResult]):
    """What the numbering plan was imported from, and ("": of none) what it knows of a number."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class GetSettings(Command[SettingsResult]):
    """The settings in force, secrets masked."""
