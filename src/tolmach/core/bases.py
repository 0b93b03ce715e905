"""Address bases and their subscribers, as values, and the words that clients may write in their fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any, Final, NamedTuple

from tolmach.codecs import walltime
from tolmach.core.ids import AccountId
from tolmach.core.sentences import say

PAGE: Final = 1_000  # subscribers on a page; no manual says how many
LONGEST_NAME: Final = 255
LONGEST_FIELD: Final = 1_000
MOST_DAYS_BEFORE: Final = 365
ADDITIONS: Final = tuple(f"addition_{number}" for number in range(1, 6))
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
_PEOPLES: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?: 0?0:00(?::00)?)?", re.ASCII)
_GENDERS: Final = {"м": "m", "мужской": "m", "m": "m", "ж": "f", "женский": "f", "f": "f", "": ""}


@dataclass(frozen=True, slots=True)
class Greeting:
    """How a base greets: ``at`` is the subscriber's local time, or Moscow's; ``sender`` "" is the account's default."""

    on: bool = False
    at: time = time(10)
    local_time: bool = False
    days_before: int = 0
    sender: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """An address base. ``changed_at`` (milliseconds) moves with every change of it or of its subscribers."""

    id: int
    account: AccountId
    name: str
    greeting: Greeting = field(default_factory=Greeting)
    size: int = 0
    changed_at: int = 0

    def changed(self, changes: Mapping[str, Any]) -> "Base":
        """Return the base with these fields (``name`` or those of `Greeting`) changed."""
        name = changes.get("name", self.name)
        greeting = {key: value for key, value in changes.items() if key != "name"}
        return replace(self, name=name, greeting=replace(self.greeting, **greeting))


class Subscriber(NamedTuple):
    """A subscriber; what is not known is "". ``born`` is YYYY-MM-DD, ``gender`` m or f, ``changed_at`` milliseconds.

    A region or operator of "" is found by the number when it is shown.
    """

    phone: str
    region: str = ""
    operator: str = ""
    name: str = ""
    surname: str = ""
    patronymic: str = ""
    born: str = ""
    gender: str = ""
    addition_1: str = ""
    addition_2: str = ""
    addition_3: str = ""
    addition_4: str = ""
    addition_5: str = ""
    changed_at: int = 0


FIELDS: Final = Subscriber._fields[1:-1]
"""What a client may write of a subscriber besides its number."""


def pages(size: int) -> int:
    """Return the number of pages that many subscribers take; the first one is always there."""
    return max(1, -(-size // PAGE))


def birthday(born: str) -> int | None:
    """Return month * 100 + day of a birth date, None for none."""
    return int(born[5:7]) * 100 + int(born[8:10]) if born else None


def read_gender(text: str) -> str:
    """Read ``мужской``, ``женский``, ``m`` or ``f``, "" for not told; ValueError."""
    try:
        return _GENDERS[text.strip().lower()]
    except KeyError:
        raise ValueError(say("gender is not one of мужской, женский, m, f")) from None


def read_born(text: str) -> str:
    """Read a birth date ``YYYY-MM-DD`` (a time after it is dropped), return that form; zeros are none; ValueError."""
    text = text.strip()
    if not text or walltime.is_zero(text):
        return ""
    try:
        return walltime.read(text, date_only=True).date().isoformat()
    except ValueError:
        raise ValueError(say("birth date is not a day of the form YYYY-MM-DD")) from None


def read_day(text: str) -> str:
    """Read a birth date as people write it in files: also ``DD.MM.YYYY`` and ``DD/MM/YYYY``; ValueError."""
    match = _PEOPLES.fullmatch(text.strip())
    return read_born(text if match is None else f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}")


def read_field(name: str, text: str) -> str:
    """Read a field of a subscriber as it is stored; ValueError tells what is wrong."""
    if name == "gender":
        return read_gender(text)
    if name == "born":
        return read_born(text)
    text = text.strip()
    longest = LONGEST_FIELD if name in ADDITIONS else LONGEST_NAME
    if len(text) > longest:
        raise ValueError(say("%(name)s is longer than %(most)s characters", name=name, most=longest))
    return text


def read_time(text: str) -> time:
    """Read ``H:MM`` or ``HH:MM`` of a day of 24 hours, seconds are dropped; ValueError."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError("time is not one of the form HH:MM")
    return time(int(match[1]), int(match[2]))


def read_days(text: str) -> int:
    """Read how many days before the birthday to greet; ValueError."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 4) or int(text) > MOST_DAYS_BEFORE:
        raise ValueError(f"days before are not a number from 0 to {MOST_DAYS_BEFORE}")
    return int(text)


def read_name(text: str) -> str:
    """Read the name of a base; ValueError."""
    text = text.strip()
    if len(text) > LONGEST_NAME:
        raise ValueError(f"the name is longer than {LONGEST_NAME} characters")
    return text
