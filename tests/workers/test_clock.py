from datetime import UTC, datetime, timedelta

from tests.clock import NOON, FakeClock
from tolmach.workers.clock import SystemClock, WitnessClock


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


async def test_a_moment_ahead_is_remembered() -> None:
    """However short it was, and whoever asked."""
    given = FakeClock()
    clock = WitnessClock(given)
    given.advance(timedelta(hours=2))
    assert clock.now() == NOON + timedelta(hours=2)
    given.advance(timedelta(hours=-3))
    assert clock.now() == NOON - timedelta(hours=1)
    assert clock.latest == NOON + timedelta(hours=2)
    assert clock.uncorrected() >= clock.latest
    clock.forget()
    assert clock.latest == clock.now()


async def test_a_witness_waits_as_its_clock_does() -> None:
    given = FakeClock()
    await WitnessClock(given).sleep_until(NOON)
