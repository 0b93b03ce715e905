"""Moments as the store keeps them: whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Return an aware moment as milliseconds."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """Return milliseconds as an aware UTC moment."""
    return _EPOCH + timedelta(milliseconds=ms)


def duration_ms(duration: timedelta) -> int:
    """Return a duration in milliseconds."""
    return duration // _MILLISECOND
