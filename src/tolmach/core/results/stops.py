"""The stop list of an account, and what became of edits to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stopped(StrEnum):
    """What an edit did: ADDED also when the number stood there, NOT_FOUND when it did not or is no number."""

    ADDED = "added"
    DELETED = "deleted"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class StopsResult:
    """Numbers in international digits, in order; ``total`` is the length of the list.

    ``after`` goes on behind a page; "" at the end.
    """

    numbers: Sequence[str]
    total: int
    after: str = ""


@dataclass(frozen=True, slots=True)
class StopEditsResult:
    """One item per edit, in order."""

    items: Sequence[Stopped]
