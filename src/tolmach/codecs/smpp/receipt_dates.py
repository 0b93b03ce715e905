"""The dates that carriers write into receipts, most probable reading first."""

import re
from datetime import UTC, datetime, tzinfo
from typing import Final

from tolmach.codecs.smpp.time import BadTime, century, decode

_SMPP: Final = re.compile(r"\d{15}[-+]")
_PARTED: Final = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d\d)(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?")
_EPOCH_YEARS: Final = range(2001, 2101)


def read_date(word: str, zone: tzinfo) -> datetime | None:
    """An aware moment, or None when the word is no date.

    Forms: YYMMDDhhmm, with seconds, with a four-digit year, SMPP time with offset, ISO 8601 with a
    blank or T, day first with dots, and Unix time in seconds or milliseconds.
    """
    word = word.strip()
    if len(word) > 40:
        return None
    if _SMPP.fullmatch(word):
        return _smpp(word)
    if word.isascii() and word.isdigit():
        return _digits(word, zone)
    return _parted(word, zone)


def _smpp(word: str) -> datetime | None:
    try:
        moment = decode(word)
    except BadTime:
        return None
    return moment if isinstance(moment, datetime) else None


def _digits(word: str, zone: tzinfo) -> datetime | None:
    """Runs of digits. Twelve are YYMMDDhhmmss unless that is impossible, then YYYYMMDDhhmm."""
    pairs = [int(word[index : index + 2]) for index in range(0, len(word) - 1, 2)]
    long_year = [int(word[:4]), *pairs[2:]]
    readings = {
        8: [[*pairs, 0], long_year],
        10: [pairs],
        12: [pairs, long_year],
        14: [long_year],
    }.get(len(word), [])
    for reading in readings:
        moment = _moment(reading, zone)
        if moment is not None:
            return moment
    return _epoch(word)


def _epoch(word: str) -> datetime | None:
    seconds = {10: 1, 13: 1000}.get(len(word))
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(int(word) / seconds, UTC)
    return moment if moment.year in _EPOCH_YEARS else None


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
    if len(rest) < 2:
        return None
    try:
        return datetime(century(year) if year < 100 else year, *rest, tzinfo=zone)  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        return None
