from datetime import UTC, datetime, time

import pytest

from tolmach.core.quiet import Quiet

NIGHT = Quiet(time(21), time(9))
SIESTA = Quiet(time(13), time(15, 30))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "moment", "zone", "sent"),
    [
        (NIGHT, utc(2, 12), "Europe/Moscow", utc(2, 12)),  # 15:00
        (NIGHT, utc(2, 18), "Europe/Moscow", utc(3, 6)),  # 21:00 is quiet
        (NIGHT, utc(2, 17, 59), "Europe/Moscow", utc(2, 17, 59)),
        (NIGHT, utc(2, 23), "Europe/Moscow", utc(3, 6)),  # after midnight there
        (NIGHT, utc(3, 6), "Europe/Moscow", utc(3, 6)),  # 9:00 is not
        (NIGHT, utc(2, 12), "Asia/Vladivostok", utc(2, 23)),  # 22:00 there
        (SIESTA, utc(2, 13), "UTC", utc(2, 15, 30)),
        (SIESTA, utc(2, 15, 30), "UTC", utc(2, 15, 30)),
        (Quiet(time(8), time(8)), utc(2, 8), "UTC", utc(2, 8)),  # nothing of the day
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(
    quiet: Quiet, moment: datetime, zone: str, sent: datetime
) -> None:
    assert quiet.after(moment, zone) == sent


def test_a_clock_that_is_set_forward_in_the_quiet_hours() -> None:
    before = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23:00 in Berlin, where the night has an hour less
    assert NIGHT.after(before, "Europe/Berlin") == datetime(2026, 3, 29, 7, tzinfo=UTC)
