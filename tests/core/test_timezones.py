from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.timezones import is_zone, to_utc, to_wall, zone

ZONES = [
    "Europe/Moscow",
    "Asia/Kamchatka",
    "Europe/Kaliningrad",
    "Europe/Kyiv",
    "Asia/Kolkata",
    "America/St_Johns",
    "UTC",
]


@pytest.mark.parametrize(
    ("wall", "zone_name", "moment"),
    [
        ("2026-03-02 15:00", "Europe/Moscow", "2026-03-02 12:00"),
        ("2026-03-02 15:00", "Asia/Kamchatka", "2026-03-02 03:00"),
        ("2026-07-01 00:30", "Europe/Kaliningrad", "2026-06-30 22:30"),
        ("2026-12-31 23:30", "America/St_Johns", "2027-01-01 03:00"),
        ("2024-02-29 00:00", "UTC", "2024-02-29 00:00"),
        # Kyiv skips 03:00-04:00 on 29 March 2026: forward by the gap
        ("2026-03-29 02:59", "Europe/Kyiv", "2026-03-29 00:59"),
        ("2026-03-29 03:00", "Europe/Kyiv", "2026-03-29 01:00"),
        ("2026-03-29 03:30", "Europe/Kyiv", "2026-03-29 01:30"),
        ("2026-03-29 04:00", "Europe/Kyiv", "2026-03-29 01:00"),
        # and has 03:00-04:00 twice on 25 October 2026: the first
        ("2026-10-25 03:30", "Europe/Kyiv", "2026-10-25 00:30"),
        ("2026-10-25 04:00", "Europe/Kyiv", "2026-10-25 02:00"),
        # Moscow lived at +4 until 26 October 2014
        ("2014-10-25 12:00", "Europe/Moscow", "2014-10-25 08:00"),
        ("2014-10-27 12:00", "Europe/Moscow", "2014-10-27 09:00"),
    ],
)
def test_a_wall_clock_and_its_moment(wall: str, zone_name: str, moment: str) -> None:
    assert to_utc(datetime.fromisoformat(wall), zone_name) == datetime.fromisoformat(moment + "+00:00")


def test_a_skipped_hour_shows_on_the_wall_an_hour_later() -> None:
    skipped = datetime(2026, 3, 29, 3, 30)  # noqa: DTZ001
    shown = to_wall(to_utc(skipped, "Europe/Kyiv"), "Europe/Kyiv")
    assert shown.replace(tzinfo=None) == datetime(2026, 3, 29, 4, 30)  # noqa: DTZ001


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_a_moment_comes_back_unless_its_wall_clock_time_comes_twice(moment: datetime, zone_name: str) -> None:
    wall = to_wall(moment, zone_name)
    assert wall.astimezone(UTC) == moment  # across zones a time that comes twice equals nothing (PEP 495)
    back = to_utc(wall.replace(tzinfo=None), zone_name)
    assert back == moment or (wall.fold == 1 and timedelta(0) < moment - back <= timedelta(hours=1))


@pytest.mark.parametrize("wall", [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)])  # noqa: DTZ001
@pytest.mark.parametrize("zone_name", ["Asia/Kamchatka", "America/St_Johns"])
def test_the_edges_of_the_calendar_are_no_error(wall: datetime, zone_name: str) -> None:
    assert abs(to_utc(wall, zone_name).replace(tzinfo=None) - wall) < timedelta(days=1)
    assert abs(to_wall(wall.replace(tzinfo=UTC), zone_name).replace(tzinfo=None) - wall) < timedelta(days=1)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Moscow",
        "Europe/Atlantis",
        "Europe",
        "../../etc/passwd",
        "/etc/passwd",
        "a" * 500,
        "nul\0",
        "\ud800",
        "UTC+3",
    ],
)
def test_what_is_no_time_zone(name: str) -> None:
    with pytest.raises(ValueError, match="no such time zone"):
        zone(name)


def test_a_zone_is_looked_up_once() -> None:
    assert zone("Europe/Moscow") is zone("Europe/Moscow")


def test_whether_a_zone_exists_is_told() -> None:
    assert is_zone("Europe/Moscow")
    assert not is_zone("Europe/Atlantis")
