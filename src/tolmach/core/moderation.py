"""Moderation of texts: which of them a person has to look at. Pure.

A mode is the account's: ``off``; ``pattern`` (a text that fits an approved pattern passes, one with a link or a stop
word waits, everything else passes); ``all`` (every text waits, unless it has been approved before).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final

from tolmach.core.content import Address, Content
from tolmach.core.plans import Plan


class Mode(StrEnum):
    """What is moderated of an account's texts."""

    OFF = "off"
    PATTERN = "pattern"
    ALL = "all"


class Ruling(StrEnum):
    """Where a text stands. ``approving`` and ``rejecting``: decided, and some of its messages still wait."""

    WAITING = "waiting"
    APPROVING = "approving"
    APPROVED = "approved"
    REJECTING = "rejecting"
    REJECTED = "rejected"


PASSED: Final = frozenset({Ruling.APPROVING, Ruling.APPROVED})
DECLINED: Final = frozenset({Ruling.REJECTING, Ruling.REJECTED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A moderator's word: whose it is, and why."""

    approved: bool
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for all accounts: whether links wait, and how long a message waits at most for its moderator."""

    links: bool = True
    longest_wait: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an account's texts are held against; ``words`` are folded (`fold`), ``patterns`` are approved texts."""

    mode: Mode
    policy: Policy
    words: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()


EVERY_TEXT: Final = "every text of this account"
HAS_LINK: Final = "a link"
STOP_WORD: Final = "stop word: "
"""Why a text waits, as it is stored; the last is followed by the word."""

HOLE: Final = re.compile(r"#[^\W\d]\w{0,31}#")
LONGEST_FILLING: Final = 100
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|\bwww\.)\S"
    r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?:com|net|org|info|biz|ru|su|рф|by|kz|ua|io|me|cc|ly|to|gl|co|app|dev|link|"
    r"site|shop|store|online|xyz|top|club|pro|click|page|tel|mobi|name|team|space|website|fun|live|tv|ee|uz|am|ge|md)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Return a text as stop words are compared: small letters, ``ё`` as ``е``, words one space apart."""
    return " ".join(_WORD.findall(text.casefold().replace("ё", "е")))


def written(plan: Plan) -> str:
    """Return everything that a subscriber would see of any step, each piece once."""
    pieces = dict.fromkeys(piece for step in plan for piece in _pieces(step.content))
    return "\n".join(pieces)


def digest(text: str) -> str:
    """Return what texts are told apart by."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def examine(text: str, rules: Rules) -> str:
    """Return why a text has to wait for a moderator, "" when it does not."""
    if rules.mode is Mode.OFF:
        return ""
    if any(fits(text, pattern, rules) for pattern in rules.patterns):
        return ""
    if rules.mode is Mode.ALL:
        return EVERY_TEXT
    return _suspicion(text, rules)


def fits(text: str, pattern: str, rules: Rules) -> bool:
    """Tell whether a text is a pattern with its holes (``#word#``) filled.

    What fills them has 1 to 100 characters, and neither a link nor a stop word: else an approved pattern would let
    anything through. Linear in the text: each piece of the pattern is looked for once, from left to right.
    """
    pieces = HOLE.split(pattern)
    if len(pieces) == 1:
        return text == pattern
    fillings = _fillings(text, pieces)
    return fillings is not None and all(
        0 < len(filling) <= LONGEST_FILLING and not _suspicion(filling, rules) for filling in fillings
    )


def _fillings(text: str, pieces: Collection[str]) -> list[str] | None:
    """Return what stands in the holes between the pieces; None when the pieces are not there in order."""
    first, *middle, last = pieces
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return None
    found, position, end = [], len(first), len(text) - len(last)
    for piece in middle:
        place = text.find(piece, position + 1, end)  # a hole has at least one character
        if place < 0:
            return None
        found.append(text[position:place])
        position = place + len(piece)
    found.append(text[position:end])
    return found


def _suspicion(text: str, rules: Rules) -> str:
    if rules.policy.links and _LINK.search(text):
        return HAS_LINK
    folded = f" {fold(text)} "
    word = next((word for word in sorted(rules.words) if f" {word} " in folded), None)
    return "" if word is None else f"{STOP_WORD}{word}"


def _pieces(content: Content) -> Iterator[str]:
    yield from (value for value in _values(content) if value)


def _values(part: Any) -> Iterator[str]:
    for one in fields(part):
        value = getattr(part, one.name)
        if isinstance(value, Address):
            yield from _values(value)
        else:
            yield str(value)
