import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.gateway import assert_balanced, rows, until
from tests.workers.stage import PHONE, Stage, take_all, working
from tolmach.core.delivery import Busy, Lost
from tolmach.core.moments import to_ms
from tolmach.core.status import Status
from tolmach.services import accounts
from tolmach.services.accounts import Changes
from tolmach.services.delivery import Submitted
from tolmach.store import queue
from tolmach.workers.bell import Bell
from tolmach.workers.clock import WitnessClock
from tolmach.workers.upkeep import BATCH, UpkeepWorker

VALIDITY_AND_GRACE = timedelta(days=1, minutes=5)


async def sent(stage: Stage, *phones: str, lost: bool = False) -> None:
    """Have messages accepted and given to a carrier."""
    stage.accept(*phones)
    now = stage.clock.now()
    _, claimed = stage.database.write_now(lambda tx: stage.delivery.claim(tx, "worker", now, 10_000))
    outcomes = [Lost("?")] * len(claimed) if lost else await take_all(claimed)
    results = [Submitted(leg, "test", outcome, to_ms(now)) for leg, outcome in zip(claimed, outcomes, strict=True)]
    stage.database.write_now(lambda tx: stage.delivery.settle(tx, results, now))


def worker(stage: Stage, due: Bell | None = None, told: Bell | None = None) -> UpkeepWorker:
    return UpkeepWorker(
        "upkeep", stage.database, stage.delivery, WitnessClock(stage.clock), due or Bell(), told or Bell()
    )


async def test_it_waits_as_long_as_a_receipt_may_come(stage: Stage) -> None:
    await sent(stage, PHONE)
    upkeep = worker(stage)
    assert await upkeep.turn() == 0
    stage.clock.advance(VALIDITY_AND_GRACE - timedelta(milliseconds=1))
    assert await upkeep.turn() == 0
    stage.clock.advance(timedelta(milliseconds=1))
    assert await upkeep.turn() == 1
    assert await upkeep.turn() == 0
    (leg,) = stage.legs(10)
    assert (leg.status, leg.charged) == (Status.UNKNOWN, 1_0000)
    stage.database.read_now(assert_balanced)


async def test_what_was_lost_is_not_paid(stage: Stage) -> None:
    await sent(stage, PHONE, lost=True)
    stage.clock.advance(VALIDITY_AND_GRACE)
    assert await worker(stage).turn() == 1
    assert stage.database.read_now(rows)["money"] == 1000_0000
    stage.database.read_now(assert_balanced)


async def test_many_end_in_batches(stage: Stage) -> None:
    await sent(stage, *[PHONE] * (BATCH + 1))
    stage.clock.advance(VALIDITY_AND_GRACE)
    async with working(worker(stage).run()):
        await stage.until(lambda tx: rows(tx)["queue"] == 0)


async def test_the_bell_rings_when_there_is_something_to_tell(stage: Stage) -> None:
    changes = Changes(callback_url="http://192.0.2.1/")
    stage.database.write_now(lambda tx: accounts.change(tx, "demo", changes))
    await sent(stage, PHONE)
    stage.clock.advance(VALIDITY_AND_GRACE)
    told = Bell()
    async with working(worker(stage, told=told).run()), asyncio.timeout(10):
        await told.wait(60)
    assert stage.database.read_now(rows)["callbacks"] == 1


@pytest.mark.sqlite
async def test_it_goes_on_when_the_disk_is_full(stage: Stage) -> None:
    await sent(stage, *[PHONE] * 200, lost=True)  # few: sending many leaves free pages behind
    stage.clock.advance(VALIDITY_AND_GRACE)
    stage.fill_the_disk()

    async def complained() -> bool:
        return bool(logs)

    with capture_logs() as logs:
        async with working(worker(stage).run()):
            await until(complained)
            stage.empty_the_disk()
            await stage.until(lambda tx: rows(tx)["queue"] == 0)
    assert logs[0]["event"] == "upkeep cannot use the database"
    stage.database.read_now(assert_balanced)


async def test_what_is_to_be_submitted_is_left_alone(stage: Stage) -> None:
    stage.accept(PHONE)
    stage.clock.advance(VALIDITY_AND_GRACE)
    assert await worker(stage).turn() == 0
    assert 10 in stage.database.read_now(lambda tx: queue.by_ids(tx, [10]))


async def test_what_no_link_had_room_for_expires(stage: Stage) -> None:
    """While every link is down nothing is claimed, and still nothing waits for ever."""
    stage.accept(PHONE, PHONE)
    stage.database.write_now(lambda tx: stage.delivery.claim(tx, "dead", stage.clock.now(), 1))
    upkeep = worker(stage)
    assert await upkeep.expire() == 0
    stage.clock.advance(timedelta(days=1))
    assert await upkeep.expire() == 2
    assert await upkeep.expire() == 0
    assert [stage.legs(number)[0].status for number in (10, 20)] == [Status.UNKNOWN, Status.EXPIRED]
    assert [stage.duty(number) for number in (10, 20)] == [None, None]
    assert stage.database.read_now(rows)["money"] == 1000_0000
    stage.database.read_now(assert_balanced)


async def test_it_ends_what_expired_by_itself(stage: Stage) -> None:
    stage.accept(PHONE)
    stage.clock.advance(timedelta(days=1))
    async with working(worker(stage).run()):
        await stage.until(lambda tx: not queue.by_ids(tx, [10]))


async def test_a_clock_that_is_set_back_holds_nothing_up(stage: Stage) -> None:
    """What was due is due, what was put off for a moment too; what somebody has in hand stays his."""
    claimed, put_off = stage.accept(PHONE, PHONE)
    now = stage.clock.now()
    _, (first, second) = stage.database.write_now(lambda tx: stage.delivery.claim(tx, "worker", now, 2))
    results = [Submitted(second, "test", Busy(30), to_ms(now))]
    stage.database.write_now(lambda tx: stage.delivery.settle(tx, results, now))
    (due,) = stage.accept(PHONE)
    upkeep = worker(stage)
    stage.clock.advance(timedelta(seconds=-1))
    assert await upkeep.watch_clock() == 0
    stage.clock.advance(timedelta(hours=-1))
    with capture_logs() as logs:
        assert await upkeep.watch_clock() == 2
    assert logs == [{"event": "the clock was set back", "seconds": 3601, "made_due": 2, "log_level": "warning"}]
    assert await upkeep.watch_clock() == 0
    moments = {number: entry.due_at for number in (claimed, put_off, due) if (entry := stage.duty(number))}
    back = to_ms(stage.clock.now())
    assert (moments[put_off], moments[due]) == (back, back)
    assert moments[claimed] > to_ms(now)
    assert first.leg == claimed + 1


async def test_a_clock_that_was_ahead_between_two_looks_holds_nothing_up(stage: Stage) -> None:
    clock = WitnessClock(stage.clock)
    upkeep = UpkeepWorker("upkeep", stage.database, stage.delivery, clock, Bell(), Bell())
    stage.clock.advance(timedelta(hours=2))
    (due,) = stage.accept(PHONE)
    clock.now()  # as whoever accepted it asked
    stage.clock.advance(timedelta(hours=-2))
    assert await upkeep.watch_clock() == 1
    entry = stage.duty(due)
    assert entry is not None
    assert entry.due_at == to_ms(stage.clock.now())
    assert await upkeep.watch_clock() == 0


async def test_a_clock_that_was_set_back_while_no_gateway_ran(stage: Stage) -> None:
    """The first gateway after it sees that the newest message is of the future."""
    stage.clock.advance(timedelta(hours=2))
    (due,) = stage.accept(PHONE)
    stage.clock.advance(timedelta(hours=-2))
    async with working(worker(stage).run()):
        await stage.until(lambda tx: queue.by_ids(tx, [due])[due].due_at == to_ms(stage.clock.now()))


async def test_a_clock_that_went_on_meanwhile_changes_nothing(stage: Stage) -> None:
    (due,) = stage.accept(PHONE)
    accepted = to_ms(stage.clock.now())
    stage.clock.advance(timedelta(seconds=-1))  # of another machine, say
    upkeep = worker(stage)
    await upkeep.look_back()
    assert await upkeep.watch_clock() == 0
    entry = stage.duty(due)
    assert entry is not None
    assert entry.due_at == accepted
