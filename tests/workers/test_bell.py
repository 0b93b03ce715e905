import asyncio
from contextlib import suppress

import pytest

from tolmach.core.content import Channel
from tolmach.services.progress import Effects
from tolmach.workers.bell import Bell, Bells, announce

LONG = 60.0


async def asleep(bell: Bell) -> asyncio.Task[None]:
    """Return somebody who waits for the bell."""
    waiting = asyncio.create_task(bell.wait(LONG))
    await asyncio.sleep(0)
    return waiting


async def test_a_ring_wakes_the_one_who_has_waited_longest() -> None:
    bell = Bell()
    first, second = await asleep(bell), await asleep(bell)
    bell.ring()
    await first
    assert not second.done()
    bell.ring()
    await second


async def test_a_ring_waits_for_who_was_busy() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()  # twice is once
    await bell.wait(LONG)
    waiting = await asleep(bell)
    assert not waiting.done()
    bell.ring()
    await waiting


async def test_nobody_waits_for_ever() -> None:
    bell = Bell()
    await bell.wait(0)
    await bell.wait(-1)
    await bell.wait(0.001)
    waiting = await asleep(bell)  # a ring is not lost on those who have gone
    bell.ring()
    await waiting


async def test_who_is_cancelled_passes_the_ring_on() -> None:
    bell = Bell()
    first, second = await asleep(bell), await asleep(bell)
    bell.ring()
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    await second


async def test_who_is_cancelled_is_not_woken() -> None:
    bell = Bell()
    first, second = await asleep(bell), await asleep(bell)
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    bell.ring()
    await second


async def test_a_bell_that_never_rings_keeps_nothing() -> None:
    bell = Bell()
    for _ in range(100):
        await bell.wait(0)
    assert not bell._waiters  # it is waited for every second, for months


async def test_each_channel_has_a_bell() -> None:
    bells = Bells()
    bells.ring({Channel.VIBER})
    await bells.of(Channel.VIBER).wait(60)
    bells.ring()
    for channel in Channel:
        await bells.of(channel).wait(60)


@pytest.mark.parametrize(("steps", "callbacks"), [(True, False), (False, True), (True, True)])
async def test_effects_are_announced_to_those_whom_they_concern(steps: bool, callbacks: bool) -> None:
    due, told = Bell(), Bell()
    announce(Effects(steps=steps, callbacks=callbacks), due, told)
    for bell, rung in ((due, steps), (told, callbacks)):
        waiter = await asleep(bell)
        assert waiter.done() is rung
        waiter.cancel()
