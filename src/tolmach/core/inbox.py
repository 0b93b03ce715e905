"""Incoming messages: whose they are, and what their words ask for. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from tolmach.core.ids import AccountId

STOP_WORDS: Final = ("STOP", "СТОП", "ОТПИСКА", "ОТПИСАТЬСЯ")
START_WORDS: Final = ("START", "СТАРТ")

GAP: Final = "[...]"
"""What stands for parts of a message that never came."""

_WORDS = re.compile(r"\w+")
# people type a Cyrillic word with Latin letters that look the same, and the other way round
_LOOKALIKES = str.maketrans("АВЕЁКМНОРСТХУ", "ABEEKMHOPCTXY")


class Wish(StrEnum):
    """What a subscriber asks for with a word: no more messages, or messages again."""

    STOP = "stop"
    START = "start"


class Claim(NamedTuple):
    """An account's claim on a number: on messages that start with ``prefix``, or ("") on all that are left."""

    account: AccountId
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of both wishes; a message is a wish when it holds nothing else."""

    stop: frozenset[str]
    start: frozenset[str]

    @classmethod
    def of(cls, stop: Iterable[str] = STOP_WORDS, start: Iterable[str] = START_WORDS) -> "Words":
        """Return words that compare whatever their case, punctuation and alphabet."""
        return cls(frozenset(map(folded, stop)) - {""}, frozenset(map(folded, start)) - {""})

    def wish(self, text: str, prefix: str = "") -> Wish | None:
        """Return what a text asks for, with or without the prefix by which its account was found."""
        said = {folded(text), folded(text.lstrip()[len(prefix) :])}
        if said & self.stop:
            return Wish.STOP
        return Wish.START if said & self.start else None


@dataclass(frozen=True, slots=True)
class InboxPolicy:
    """The words of wishes, and how long the parts of a message wait for the others."""

    words: Words = field(default_factory=Words.of)
    patience: timedelta = timedelta(minutes=15)


def folded(text: str) -> str:
    """Return the words of a text alone, in capitals, with lookalike letters made the same."""
    return " ".join(_WORDS.findall(text.upper().translate(_LOOKALIKES)))


def owner(claims: Sequence[Claim], text: str) -> Claim | None:
    """Return the claim with the longest prefix that a text starts with, whatever the case; None when none holds."""
    start = text.lstrip().casefold()
    holding = [claim for claim in claims if start.startswith(claim.prefix.casefold())]
    return max(holding, key=lambda claim: len(claim.prefix), default=None)


def joined(pieces: dict[int, str], total: int) -> str:
    """Return the text of a long message from its parts by number; `GAP` stands for each run that is missing."""
    texts: list[str] = []
    for number in range(1, total + 1):
        piece = pieces.get(number)
        if piece is not None:
            texts.append(piece)
        elif not texts or texts[-1] != GAP:
            texts.append(GAP)
    return mended("".join(texts))


def mended(text: str) -> str:
    """Return a text that can be stored: surrogate pairs whole, what is left of broken ones and NUL replaced."""
    whole = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return whole.replace("\x00", "\ufffd")
