import asyncio

import pytest

from tolmach.workers.endings import end


class Farewell:
    """Work that takes its leave for as long as it is let."""

    def __init__(self) -> None:
        self.leaving, self.left = asyncio.Event(), asyncio.Event()

    async def work(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.leaving.set()
            await self.left.wait()


async def test_what_is_ended_has_ended() -> None:
    tasks = [asyncio.create_task(asyncio.Event().wait()) for _ in range(2)]
    await asyncio.sleep(0)
    await end(*tasks)
    assert all(task.cancelled() for task in tasks)
    await end(*tasks)
    await end()


async def test_what_a_task_raises_is_raised_when_all_have_ended() -> None:
    async def fail() -> None:
        raise LookupError("broken")

    farewell = Farewell()
    farewell.left.set()
    tasks = [asyncio.create_task(fail()), asyncio.create_task(farewell.work())]
    await asyncio.sleep(0)
    with pytest.raises(LookupError, match="broken"):
        await end(*tasks)
    assert tasks[1].cancelled()


async def test_who_is_cancelled_while_it_waits_is_cancelled() -> None:
    farewell = Farewell()
    task = asyncio.create_task(farewell.work())
    await asyncio.sleep(0)
    caller = asyncio.create_task(end(task))
    await farewell.leaving.wait()
    caller.cancel()
    await asyncio.wait([caller])
    assert caller.cancelled()
    again = asyncio.create_task(end(task))
    await asyncio.sleep(0)
    assert not task.done()  # it is not hurried
    farewell.left.set()
    await again
    assert task.cancelled()
