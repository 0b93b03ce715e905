"""SMPP time strings `YYMMDDhhmmsstnnp` (7.1.1): absolute with a quarter-hour offset, or relative with R.

In a relative string a year counts 365 days and a month 30, in both directions.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from tolmach.codecs.smpp.errors import Unencodable

_FORM: Final = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([-+R])", re.ASCII)
_QUARTER: Final = timedelta(minutes=15)
_MAX_OFFSET: Final = timedelta(hours=12)
_MAX_RELATIVE: Final = timedelta(days=100 * 365)
_DAY: Final = 86_400

YEAR_PIVOT: Final = 38
"""Two-digit years from here up are of the twentieth century (note in 7.1.1)."""


class BadTime(ValueError):  # noqa: N818
    """A string is no SMPP time."""


def century(year: int) -> int:
    """Four-digit year of a two-digit one."""
    return year + (1900 if year >= YEAR_PIVOT else 2000)


def encode_absolute(moment: datetime) -> str:
    """An aware moment to 16 characters, tenths of a second kept. Raises `Unencodable`.

    Offsets that quarter hours up to 12 h cannot say are written as UTC.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise Unencodable("time", "moment without time zone")
    if offset % _QUARTER or abs(offset) > _MAX_OFFSET:
        moment, offset = moment.astimezone(UTC), timedelta(0)
    if not 1900 + YEAR_PIVOT <= moment.year < 2000 + YEAR_PIVOT:
        raise Unencodable("time", f"year {moment.year} has no two-digit form")
    sign = "-" if offset < timedelta(0) else "+"
    quarters = abs(offset) // _QUARTER
    return f"{moment:%y%m%d%H%M%S}{moment.microsecond // 100_000}{quarters:02d}{sign}"


def encode_relative(duration: timedelta) -> str:
    """A duration to 16 characters, rounded up to whole seconds. Raises `Unencodable`."""
    if not timedelta(0) <= duration < _MAX_RELATIVE:
        raise Unencodable("time", "duration negative or over 99 years")
    return _relative_text(duration.days * _DAY + duration.seconds + bool(duration.microseconds))


@lru_cache(maxsize=1024)
def _relative_text(whole: int) -> str:
    days, rest = divmod(whole, _DAY)
    years, days = divmod(days, 365)
    if years > 99:
        raise Unencodable("time", "duration negative or over 99 years")
    months, days = divmod(days, 30)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{years:02d}{months:02d}{days:02d}{hours:02d}{minutes:02d}{seconds:02d}000R"


def decode(text: str) -> datetime | timedelta | None:
    """A moment (aware), a duration, or None for the empty string. Raises `BadTime`."""
    if not text:
        return None
    match = _FORM.fullmatch(text)
    if match is None:
        raise BadTime(f"not YYMMDDhhmmsstnnp: {text[:32]!r}")
    numbers = [int(part) for part in match.groups()[:8]]
    if match[9] == "R":
        return _relative(numbers)
    return _absolute(numbers, -1 if match[9] == "-" else 1)


def _relative(numbers: list[int]) -> timedelta:
    years, months, days, hours, minutes, seconds, tenths, _ = numbers
    if months > 12 or days > 31 or hours > 23 or minutes > 59 or seconds > 59:
        raise BadTime("part of a relative time out of range")
    return timedelta(
        days=years * 365 + months * 30 + days,
        hours=hours,
        minutes=minutes,
        seconds=seconds,
        milliseconds=tenths * 100,
    )


def _absolute(numbers: list[int], sign: int) -> datetime:
    year, month, day, hour, minute, second, tenths, quarters = numbers
    if quarters > 48:
        raise BadTime("offset over 12 hours")
    zone = timezone(sign * quarters * _QUARTER)
    try:
        return datetime(century(year), month, day, hour, minute, second, tenths * 100_000, zone)
    except ValueError as error:
        raise BadTime(str(error)) from error
