from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import walltime


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2017-11-23 13:00", datetime(2017, 11, 23, 13, 0)),  # noqa: DTZ001
        ("2017-11-23 13:15:25", datetime(2017, 11, 23, 13, 15, 25)),  # noqa: DTZ001
        ("2017-11-23T13:15:25", datetime(2017, 11, 23, 13, 15, 25)),  # noqa: DTZ001
        (" 2024-02-29 00:00\n", datetime(2024, 2, 29)),  # noqa: DTZ001
    ],
)
def test_dates_that_are_read(text: str, moment: datetime) -> None:
    assert walltime.read(text) == moment
    assert walltime.read(text, date_only=True) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2017-11-23 13",
        "2017-11-23 24:00",
        "2017-11-23 13:60",
        "2017-13-01 00:00",
        "2023-02-29 00:00",
        "23.11.2017 13:00",
        "2017-11-23  13:00",
        "2017-11-23 13:00:00.5",
        "2017-11-23 13:00Z",
        "17-11-23 13:00",
        "２０１７-11-23 13:00",
        "tomorrow",
    ],
)
def test_anything_else_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        walltime.read(text)
    with pytest.raises(ValueError, match=r"."):
        walltime.read(text, date_only=True)


def test_a_bare_date_is_midnight_where_one_is_allowed() -> None:
    assert walltime.read("2017-11-23", date_only=True) == datetime(2017, 11, 23)  # noqa: DTZ001
    with pytest.raises(ValueError, match="not a date"):
        walltime.read("2017-11-23")


@given(st.datetimes(datetime(1000, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))  # noqa: DTZ001
def test_what_is_written_is_read(moment: datetime) -> None:
    assert walltime.read(walltime.seconds(moment)) == moment
    assert walltime.read(walltime.minutes(moment)) == moment.replace(second=0)
    assert walltime.seconds(moment).startswith(walltime.minutes(moment))


@given(st.text(max_size=25))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        moment = walltime.read(text, date_only=True)
    except ValueError:
        return
    assert moment.tzinfo is None


@pytest.mark.parametrize("text", ["0000-00-00", "0000-00-00 00:00", " 0000-00-00T23:59:59 "])
def test_the_zero_date(text: str) -> None:
    assert walltime.is_zero(text)
    with pytest.raises(ValueError, match=r"."):
        walltime.read(text, date_only=True)


@pytest.mark.parametrize("text", ["", "0000-00-01", "0001-00-00 00:00", "0000-00-00 0", "no limit"])
def test_what_is_not_the_zero_date(text: str) -> None:
    assert not walltime.is_zero(text)


@pytest.mark.parametrize(
    ("written", "day"), [("2012-02-31 12:23:00", 29), ("2011-02-29 12:23", 28), ("2012-04-31 00:00", 30)]
)
def test_a_day_that_its_month_lacks_is_the_last_one(written: str, day: int) -> None:
    assert walltime.read(written, clamp=True).day == day
    with pytest.raises(ValueError, match="day is out of range"):
        walltime.read(written)


@pytest.mark.parametrize("written", ["2012-02-32 00:00", "2012-13-31 00:00", "0000-02-31 00:00"])
def test_but_no_other_day(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        walltime.read(written, clamp=True)
