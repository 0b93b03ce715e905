"""From an account's wall clock to UTC and back.

A wall-clock time that a DST change skips moves forward by the gap; one that happens twice is the first.
"""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the time zone called ``name`` (IANA); ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(f"no such time zone: {name!r}") from error


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone called ``name``."""
    try:
        zone(name)
    except ValueError:
        return False
    return True


def to_utc(wall: datetime, zone_name: str) -> datetime:
    """Return the aware UTC moment at which the wall clock of ``zone_name`` shows ``wall`` (naive)."""
    moment = wall.replace(tzinfo=zone(zone_name), fold=0)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # years 1 and 9999 at the edge of the calendar
        return wall.replace(tzinfo=UTC)


def to_wall(moment: datetime, zone_name: str) -> datetime:
    """Return an aware moment as the aware local time of ``zone_name``."""
    try:
        return moment.astimezone(zone(zone_name))
    except OverflowError:  # years 1 and 9999 at the edge of the calendar
        return moment
