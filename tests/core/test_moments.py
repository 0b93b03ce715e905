from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.moments import duration_ms, from_ms, to_ms

MOMENTS = st.datetimes(timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)


@given(MOMENTS)
def test_a_moment_survives_its_stored_form(moment: datetime) -> None:
    assert from_ms(to_ms(moment)) == moment
    assert from_ms(to_ms(moment)).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("moment", "ms"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))), 0),
        (datetime(1970, 1, 1, 0, 0, 1, 999, tzinfo=UTC), 1000),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
        (datetime(9999, 12, 31, tzinfo=UTC), 253_402_214_400_000),
        (datetime(2024, 2, 29, tzinfo=UTC), 1_709_164_800_000),
    ],
)
def test_moments(moment: datetime, ms: int) -> None:
    assert to_ms(moment) == ms


@pytest.mark.parametrize(
    ("duration", "ms"),
    [(timedelta(0), 0), (timedelta(milliseconds=1), 1), (timedelta(days=7), 604_800_000), (timedelta(0, 0, 999), 0)],
)
def test_durations(duration: timedelta, ms: int) -> None:
    assert duration_ms(duration) == ms


@given(st.timedeltas())
def test_a_duration_is_rounded_down_without_a_float(duration: timedelta) -> None:
    rest = duration - timedelta(milliseconds=duration_ms(duration))
    assert timedelta(0) <= rest < timedelta(milliseconds=1)
