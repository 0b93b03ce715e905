import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.clock import FakeClock
from tolmach.core.clock import Clock
from tolmach.workers.clock import SystemClock

CLOCKS: list[Clock] = [FakeClock(), SystemClock()]


@pytest.mark.parametrize("clock", CLOCKS, ids=["fake", "system"])
async def test_a_clock_is_aware_in_utc_and_does_not_wait_for_the_past(clock: Clock) -> None:
    now = clock.now()
    assert now.utcoffset() == timedelta(0)
    await clock.sleep_until(now)
    await clock.sleep_until(now - timedelta(days=1))
    assert clock.now() >= now


async def test_a_clock_never_wakes_early() -> None:
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    woken: list[datetime] = []

    async def sleep(seconds: int) -> None:
        await clock.sleep_until(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
        woken.append(clock.now())

    async with asyncio.TaskGroup() as group:
        group.create_task(sleep(10))
        group.create_task(sleep(5))
        await clock.sleeper()
        clock.advance(timedelta(seconds=4))
        assert woken == []
        clock.advance(timedelta(seconds=6))
    assert woken == [datetime(2026, 1, 1, 0, 0, 10, tzinfo=UTC)] * 2
