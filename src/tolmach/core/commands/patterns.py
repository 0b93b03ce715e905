"""Patterns: texts that an account keeps, with holes for what changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results import PatternEditsResult, PatternsResult


@dataclass(frozen=True, slots=True)
class ListPatterns(Command[PatternsResult]):
    """The account's patterns."""


@dataclass(frozen=True, slots=True)
class PutPattern:
    """Change a pattern (``reference``: its number as written), or add one (None). None of a field keeps it."""

    reference: str | None
    name: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class DropPattern:
    """Delete a pattern."""

    reference: str


@dataclass(frozen=True, slots=True)
class EditPatterns(Command[PatternEditsResult]):
    """Add, change and delete patterns, in order; the result has one item per edit."""

    edits: Sequence[PutPattern | DropPattern]
