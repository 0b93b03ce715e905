"""Errors of administration: what an operator asked for cannot be done. The message is for the operator, one line."""

from collections.abc import Collection
from difflib import get_close_matches


class AdministrationError(Exception):
    """An operator's wish that cannot be fulfilled; nothing was changed."""


class BadValueError(AdministrationError):
    """A value is malformed."""


class NotFoundError(AdministrationError):
    """Something that was named does not exist."""

    def __init__(self, kind: str, name: str, known: Collection[str] = ()) -> None:
        similar = get_close_matches(name, known, n=3)
        hint = f"; did you mean {', '.join(similar)}?" if similar else ""
        super().__init__(f"there is no {kind} {name!r}{hint}")


class ConflictError(AdministrationError):
    """The wish contradicts what is stored."""
