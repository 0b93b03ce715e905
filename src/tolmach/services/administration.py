"""Errors of administration: what an operator asked for cannot be done. The message is for the operator, one line.

Messages are sentences (`tolmach.core.sentences`): the command line prints them as they stand, pages in their language.
"""

from collections.abc import Collection
from difflib import get_close_matches

from tolmach.core.sentences import Sentence, say


class AdministrationError(Exception):
    """An operator's wish that cannot be fulfilled; nothing was changed."""

    @property
    def sentence(self) -> str:
        """What is in the way: a `Sentence` where it can be said in another language."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


class BadValueError(AdministrationError):
    """A value is malformed."""


class NotFoundError(AdministrationError):
    """Something that was named does not exist."""

    def __init__(self, kind: str, name: str, known: Collection[str] = ()) -> None:
        similar = get_close_matches(name, known, n=3)
        super().__init__(_missing(say(kind), name, ", ".join(similar)))


def _missing(kind: Sentence, name: str, similar: str) -> Sentence:
    if not similar:
        return say("there is no %(kind)s %(name)r", kind=kind, name=name)
    return say("there is no %(kind)s %(name)r; did you mean %(similar)s?", kind=kind, name=name, similar=similar)


class ConflictError(AdministrationError):
    """The wish contradicts what is stored."""
