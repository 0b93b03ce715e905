"""Dates as the four protocols write them: ``YYYY-MM-DD HH:MM``, with or without seconds, in nobody's time zone."""

import re
from datetime import date, datetime, timedelta

_FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?", re.ASCII)
_ZERO = re.compile(r"0000-00-00(?:[ T]\d\d:\d\d(?::\d\d)?)?", re.ASCII)


def read(text: str, *, date_only: bool = False, clamp: bool = False) -> datetime:
    """Read a naive date-time; a bare date (midnight) only when ``date_only``. ValueError for anything else.

    ``clamp`` takes a day that its month lacks (up to 31) for the last one.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None or (match[4] is None and not date_only):
        raise ValueError("not a date and time of the form YYYY-MM-DD HH:MM[:SS]")
    year, month, day, *clock = map(int, match.groups("0"))
    if clamp and 28 < day <= 31 and 1 <= month <= 12 and year:
        day = min(day, _last_day(year, month))
    return datetime(year, month, day, *clock)  # type: ignore[arg-type]  # noqa: DTZ001


def _last_day(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - timedelta(days=1)).day


def is_zero(text: str) -> bool:
    """Tell whether this is MySQL's zero date, which means "no limit"."""
    return _ZERO.fullmatch(text.strip()) is not None


def seconds(moment: datetime) -> str:
    """Write ``YYYY-MM-DD HH:MM:SS``."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def minutes(moment: datetime) -> str:
    """Write ``YYYY-MM-DD HH:MM``."""
    return moment.strftime("%Y-%m-%d %H:%M")
