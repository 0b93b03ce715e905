"""Birthday greetings: on which days they are sent, when they may be sent, and what they say.

A greeting is sent at a minute of the subscriber's local time (or of Moscow's), some days before the birthday. Whose
minute was missed is greeted late, until the end of that local day, and never for less than `LEAST_WINDOW`, so that a
clock that jumps over midnight swallows nobody. Who was born on 29 February has the birthday on the 28th in common
years. A greeting belongs to the year in which the birthday is, also when it is sent in the year before.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from tolmach.core.bases import Greeting, Subscriber
from tolmach.core.regions import MOSCOW
from tolmach.core.timezones import to_utc, to_wall

LEAST_WINDOW: Final = timedelta(minutes=90)
_EASTERNMOST, _WESTERNMOST = timedelta(hours=14), timedelta(hours=12)  # zones of the world
_DAY: Final = timedelta(days=1)
_FIELDS: Final = frozenset({"name", "surname", "patronymic", *(f"addition_{number}" for number in range(1, 6))})
_VARIABLE: Final = re.compile(r"#(\w{4,10})#", re.ASCII)
_GAP: Final = "\0"  # stands where nothing is known; no document can carry it
_CLOSINGS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"[(«\"“]\0[)»\"”]"), lambda _: _GAP),  # brackets around nothing
    (re.compile(r"\0(?:[ \t]*\0)+"), lambda _: _GAP),
    (re.compile(r"^[ \t]*\0[ \t,.;:!?]*(.?)", re.MULTILINE), lambda start: start[1].upper()),
    (re.compile(r",?[ \t]*\0[ \t]*(?=[,.;:!?)\n]|\Z)"), lambda _: ""),
    (re.compile(r"([ \t]*)\0([ \t]*)"), lambda gap: " " if gap[1] or gap[2] else ""),
)


class Occasion(NamedTuple):
    """A local day on which greetings are sent, for which birthdays (month * 100 + day) of which year."""

    day: date
    birthdays: tuple[int, ...]
    year: int


def occasion(day: date, days_before: int) -> Occasion:
    """Return who is greeted on a local day."""
    celebrated = day + days_before * _DAY
    birthdays = [celebrated.month * 100 + celebrated.day]
    if birthdays == [228] and (celebrated + _DAY).day == 1:
        birthdays.append(229)
    return Occasion(day, tuple(birthdays), celebrated.year)


def window(greeting: Greeting, day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the moments from which and before which the greetings of a local day are sent."""
    opens = to_utc(datetime.combine(day, greeting.at), zone)
    midnight = to_utc(datetime.combine(day + _DAY, datetime.min.time()), zone)
    return opens, max(midnight, opens + LEAST_WINDOW)


def is_open(greeting: Greeting, day: date, zone: str, now: datetime) -> bool:
    """Tell whether the greetings of a local day may be sent now."""
    opens, closes = window(greeting, day, zone)
    return opens <= now < closes


def occasions(greeting: Greeting, now: datetime) -> Iterator[Occasion]:
    """Yield the local days whose greetings may be sent now somewhere on earth (or in Moscow, if its time counts)."""
    if not greeting.local_time:
        today = to_wall(now, MOSCOW).date()
        days = [day for day in (today - _DAY, today) if is_open(greeting, day, MOSCOW, now)]
    else:
        first = (now - _WESTERNMOST - LEAST_WINDOW).date()
        days = [day for day in (first + number * _DAY for number in range(4)) if _may_be_open(greeting, day, now)]
    return (occasion(day, greeting.days_before) for day in days)


def _may_be_open(greeting: Greeting, day: date, now: datetime) -> bool:
    opens, closes = window(greeting, day, "UTC")
    return opens - _EASTERNMOST <= now < closes + _WESTERNMOST


def compose(text: str, subscriber: Subscriber) -> str:
    """Return the text with ``#name#`` and the like filled in; a missing one leaves no gap. Other text is left alone."""

    def fill(match: re.Match[str]) -> str:
        field = match[1].lower()
        return (str(getattr(subscriber, field)).replace(_GAP, "") or _GAP) if field in _FIELDS else match[0]

    filled = _VARIABLE.sub(fill, text.replace(_GAP, ""))
    if _GAP in filled:
        for pattern, replacement in _CLOSINGS:
            filled = pattern.sub(replacement, filled)
    return filled
