from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs.smpp.errors import Unencodable
from tolmach.codecs.smpp.time import BadTime, century, decode, encode_absolute, encode_relative

ABSOLUTE = [
    ("020610233429000+", datetime(2002, 6, 10, 23, 34, 29, tzinfo=UTC)),
    ("260718120000012+", datetime(2026, 7, 18, 12, tzinfo=timezone(timedelta(hours=3)))),
    ("260718120000620-", datetime(2026, 7, 18, 12, 0, 0, 600_000, timezone(timedelta(hours=-5)))),
    ("991231235959948+", datetime(1999, 12, 31, 23, 59, 59, 900_000, timezone(timedelta(hours=12)))),
    ("240229000000023+", datetime(2024, 2, 29, tzinfo=timezone(timedelta(hours=5, minutes=45)))),
]
RELATIVE = [
    ("000002000000000R", timedelta(days=2)),
    ("000000000500000R", timedelta(minutes=5)),
    ("020610233429000R", timedelta(days=2 * 365 + 6 * 30 + 10, hours=23, minutes=34, seconds=29)),
    ("000000000000000R", timedelta(0)),
    ("000101000000000R", timedelta(days=31)),
]


@pytest.mark.parametrize(("text", "moment"), ABSOLUTE)
def test_absolute_both_ways(text: str, moment: datetime) -> None:
    found = decode(text)
    assert isinstance(found, datetime)
    assert found == moment
    assert found.utcoffset() == moment.utcoffset()
    assert encode_absolute(moment) == text


@pytest.mark.parametrize(("text", "duration"), RELATIVE)
def test_relative_both_ways(text: str, duration: timedelta) -> None:
    assert decode(text) == duration
    assert encode_relative(duration) == text


def test_empty_is_no_time() -> None:
    assert decode("") is None


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "26071812000000+",
        "2607181200000000+",
        "261318120000000+",
        "260230120000000+",
        "260718120000049+",
        "260718120000000Z",
        "000013000000000R"[:2] + "13" + "00000000000R",
        "000032000000000R",
        "000000240000000R",
        "26071812000000٣+",
        "260718120000000+\n",
        "x" * 70_000,
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(BadTime):
        decode(text)


def test_seconds_round_up_so_that_no_validity_shrinks() -> None:
    assert encode_relative(timedelta(milliseconds=1)) == "000000000001000R"


def test_an_offset_of_seconds_becomes_utc() -> None:
    moment = datetime(2026, 7, 18, 12, tzinfo=timezone(timedelta(hours=13)))
    assert encode_absolute(moment) == "260717230000000+"


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 7, 18), datetime(1937, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)],  # noqa: DTZ001
)
def test_moments_without_form(moment: datetime) -> None:
    with pytest.raises(Unencodable):
        encode_absolute(moment)


@pytest.mark.parametrize("duration", [timedelta(seconds=-1), timedelta(days=36_500), timedelta.max])
def test_durations_without_form(duration: timedelta) -> None:
    with pytest.raises(Unencodable):
        encode_relative(duration)


def test_pivot() -> None:
    assert (century(37), century(38)) == (2037, 1938)


@given(
    st.datetimes(datetime(1938, 1, 2), datetime(2037, 12, 30)),  # noqa: DTZ001 - bounds are naive here
    st.integers(-48, 48),
)
def test_absolute_round_trip(naive: datetime, quarters: int) -> None:
    moment = naive.replace(
        microsecond=naive.microsecond // 100_000 * 100_000,
        tzinfo=timezone(timedelta(minutes=15 * quarters)),
    )
    assert decode(encode_absolute(moment)) == moment


@given(st.integers(0, 99 * 365 * 86_400))
def test_relative_round_trip(seconds: int) -> None:
    assert decode(encode_relative(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@given(st.text(max_size=20))
def test_any_text_is_a_time_or_bad(text: str) -> None:
    try:
        decode(text)
    except BadTime as error:
        assert str(error)  # noqa: PT017
