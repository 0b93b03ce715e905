from datetime import timedelta

from sqlalchemy import text
from structlog.testing import capture_logs

from tests.gateway import until
from tests.workers.stage import Link, Stage, working
from tolmach.core.condition import Condition
from tolmach.core.moments import to_ms
from tolmach.store import links
from tolmach.workers.health import HealthWorker
from tolmach.workers.links import Links


def worker(stage: Stage, *running: Link) -> HealthWorker:
    return HealthWorker(stage.database, Links(running, stage.clock), stage.clock)


def events(stage: Stage, name: str) -> list[str]:
    return [one.event.kind for one in stage.database.read_now(lambda tx: links.events_of(tx, name))]


async def test_a_report_is_stored_when_something_happens_and_from_time_to_time(stage: Stage) -> None:
    a, b = Link("a"), Link("b", up=False)
    health = worker(stage, a, b)
    assert [await health.turn(), await health.turn()] == [2, 0]
    b.up = True
    assert await health.turn() == 1
    stage.clock.advance(timedelta(seconds=9))
    assert await health.turn() == 0
    stage.clock.advance(timedelta(seconds=1))
    assert await health.turn() == 2
    now = to_ms(stage.clock.now())
    expected = {name: links.Reported(now, Condition(up=True)) for name in "ab"}
    assert stage.database.read_now(links.reports) == expected
    assert (events(stage, "a"), events(stage, "b")) == (["up"], ["up"])


async def test_a_pause_is_carried_out(stage: Stage) -> None:
    link = Link("a")
    health = worker(stage, link)
    await health.turn()
    stage.database.write_now(lambda tx: links.pause(tx, "a", 1))
    assert await health.turn() == 1
    seen = [link.held]
    stage.database.write_now(lambda tx: links.resume(tx, "a"))
    assert await health.turn() == 1
    assert [*seen, link.held] == [True, False]
    assert events(stage, "a") == ["resumed", "paused", "up"]


def rename(stage: Stage, table: str, name: str) -> None:
    stage.database.write_now(lambda tx: tx.execute(text(f"ALTER TABLE {table} RENAME TO {name}")).close())


async def test_what_cannot_be_stored_is_told_afterwards(stage: Stage) -> None:
    link = Link("a")
    board = Links([link], stage.clock)
    health = HealthWorker(stage.database, board, stage.clock)
    await health.turn()
    link.up = False
    rename(stage, "link_health", "hidden")
    with capture_logs() as logs:
        async with working(health.run()):

            async def told() -> bool:
                return bool(logs)

            await until(told)
            rename(stage, "hidden", "link_health")
            await stage.until(lambda tx: links.events_of(tx, "a")[0].event.kind == "down")
