"""The dates that carriers write into receipts, most probable reading first."""

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Final

from tolmach.codecs.smpp.time import BadTime, century, decode

_SMPP: Final = re.compile(r"\d{15}[-+]")
_PARTED: Final = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d\d)(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?")
# How many digits, and whether their year has four of them: the readings to try in turn.
_READINGS: Final = {8: (False, True), 10: (False,), 12: (False, True), 14: (True,)}
_EPOCH: Final = range(1_500_000_000, 2_000_000_000)  # 2017 to 2033; more would swallow mistyped dates


def read_date(word: str, zone: tzinfo) -> datetime | None:
    """An aware moment, or None when the word is no date.

    Forms: YYMMDDhhmm, with seconds, with a four-digit year, SMPP time with offset, ISO 8601 with a
    blank or T, day first with dots, and Unix time in seconds or milliseconds.
    """
    return _read(word.strip(), zone) if len(word) <= 40 else None


@lru_cache(maxsize=1024)  # a flow of receipts repeats the same few minutes
def _read(word: str, zone: tzinfo) -> datetime | None:
    if word.isdigit() and word.isascii():
        return _digits(word, zone)
    if _SMPP.fullmatch(word):
        return _smpp(word)
    return _parted(word, zone)


def _smpp(word: str) -> datetime | None:
    try:
        moment = decode(word)
    except BadTime:
        return None
    return moment if isinstance(moment, datetime) else None


def _digits(word: str, zone: tzinfo) -> datetime | None:
    """Runs of digits. Twelve are YYMMDDhhmmss unless that is impossible, then YYYYMMDDhhmm."""
    size = len(word)
    if size not in _READINGS:
        return _epoch(word)
    pairs = [int(word[index : index + 2]) for index in range(0, size, 2)]
    for long_year in _READINGS[size]:
        parts = [pairs[0] * 100 + pairs[1], *pairs[2:]] if long_year else pairs
        moment = _moment(parts, zone)
        if moment is not None:
            return moment
    return _epoch(word)


def _epoch(word: str) -> datetime | None:
    seconds = {10: 1, 13: 1000}.get(len(word))
    if seconds is None:
        return None
    moment = int(word) // seconds
    return datetime.fromtimestamp(moment, UTC) if moment in _EPOCH else None


def _parted(word: str, zone: tzinfo) -> datetime | None:
    match = _PARTED.match(word)
    if match:
        return _moment([int(part or 0) for part in match.groups()], zone)
    match = _DAY_FIRST.match(word)
    if match:
        day, month, year, *rest = (int(part or 0) for part in match.groups())
        return _moment([year, month, day, *rest], zone)
    return None


def _moment(parts: list[int], zone: tzinfo) -> datetime | None:
    year, *rest = parts
    try:
        return datetime(century(year) if year < 100 else year, *rest, tzinfo=zone)  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        return None
