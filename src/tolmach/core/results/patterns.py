"""Patterns of an account, and what became of edits of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text that an account keeps."""

    id: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PatternsResult:
    """The account's patterns, oldest first."""

    patterns: Sequence[Pattern]


class PatternEdit(StrEnum):
    """What became of one edit."""

    INSERTED = "inserted"
    CHANGED = "changed"
    UNCHANGED = "unchanged"  # it says what is there already, or has no text
    DELETED = "deleted"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class PatternEdited:
    """One edit; ``id`` is the number of the pattern, None where there is none."""

    edit: PatternEdit
    id: int | None = None


@dataclass(frozen=True, slots=True)
class PatternEditsResult:
    """One item per edit, in order."""

    items: Sequence[PatternEdited]
