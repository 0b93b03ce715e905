import asyncio

from structlog.testing import capture_logs

from tests.gateway import until
from tests.workers.stage import working
from tolmach.workers.rounds import rounds


async def test_what_fails_is_told_and_tried_again() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(len(done))
        if len(done) == 2:
            raise OSError("disk full")

    async def enough() -> bool:
        return len(done) >= 4

    with capture_logs() as logs:
        async with working(rounds(work, 0, "the work failed")):
            await until(enough)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("the work failed", "error")]


async def test_it_ends_when_it_is_cancelled() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    running = asyncio.create_task(rounds(work, 0, "never"))
    await asyncio.wait([running])
    assert running.cancelled()
