from datetime import UTC, datetime, timedelta

from tolmach.workers.clock import SystemClock


async def test_the_time_is_that_of_the_machine_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


async def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    clock = SystemClock()
    await clock.sleep_until(clock.now() - timedelta(days=1))


async def test_nobody_wakes_too_early() -> None:
    clock = SystemClock()
    moment = clock.now() + timedelta(milliseconds=20)
    await clock.sleep_until(moment)
    assert clock.now() >= moment
