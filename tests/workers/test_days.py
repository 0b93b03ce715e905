from datetime import date, timedelta

from tests.workers.stage import Stage
from tolmach.services import finance
from tolmach.store import days
from tolmach.store.schema import ledger
from tolmach.workers.days import BY, LATE, DaysWorker


async def test_days_that_are_over_are_closed_once(stage: Stage) -> None:
    now = stage.clock.now()
    two_days_ago = int((now - timedelta(days=2)).timestamp() * 1000)
    await stage.database.write(lambda tx: tx.execute(ledger.update().values(at=two_days_ago)))
    worker = DaysWorker(stage.database, stage.clock)
    assert [await worker.turn(), await worker.turn()] == [2, 0]
    found = await stage.database.read(lambda tx: days.page(tx, "", 9))
    assert [(one.day, one.closed_by) for one in found] == [("2026-03-01", BY), ("2026-02-28", BY)]


async def test_a_day_is_closed_some_minutes_after_midnight_in_moscow(stage: Stage) -> None:
    midnight = stage.clock.now().replace(hour=21)
    await stage.database.write(
        lambda tx: tx.execute(ledger.update().values(at=int(stage.clock.now().timestamp() * 1000)))
    )
    worker = DaysWorker(stage.database, stage.clock)
    stage.clock.advance(midnight - stage.clock.now() + LATE - timedelta(seconds=1))
    assert await worker.turn() == 0
    stage.clock.advance(timedelta(seconds=1))
    assert await worker.turn() == 1
    assert not await stage.database.read(lambda tx: finance.is_due(tx, stage.clock.now()))
    last = await stage.database.read(days.last)
    assert last is not None
    assert date.fromisoformat(last.day) == date(2026, 3, 2)
