"""A receipt right behind the answer that names its message, from the link to the store."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.gateway import assert_balanced, rows
from tests.workers.stage import PHONE, Link, Stage, take_all, working
from tolmach.core.delivery import Lost, Outcome, Receipt, Submission
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.ids import MessageId, leg_id
from tolmach.core.status import Status
from tolmach.services.delivery import Delivery
from tolmach.workers import receipts as module
from tolmach.workers.bell import Bell
from tolmach.workers.links import Links
from tolmach.workers.receipts import ReceiptsWorker
from tolmach.workers.submit import SubmitWorker


class Quick:
    """A link whose carrier delivers at once: its receipts come before its answers are stored."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.delivery: Delivery = stage.delivery
        self.link = Link(answer=self.answer)
        self.told = Bell()
        self.receipts = ReceiptsWorker(stage.database, self.delivery, stage.inbox, stage.clock, Bell(), self.told)
        self.submit = SubmitWorker("one", stage.database, self.delivery, Links([self.link], stage.clock), stage.clock)
        self.taken: list[asyncio.Task[None]] = []

    async def answer(self, batch: Sequence[Submission]) -> Sequence[Outcome]:
        for submission in batch:
            name = f"p{submission.leg}"
            self.delivery.early.expect(submission.leg, self.link.name, name)
            self.hear(name)
        await asyncio.sleep(0)
        return await take_all(batch)

    def hear(self, name: str, status: Status = Status.DELIVERED) -> None:
        receipt = Receipt(self.link.name, name, status, self.stage.clock.now())
        self.taken.append(asyncio.create_task(self.receipts.take([receipt])))


@pytest.fixture
def quick(stage: Stage) -> Quick:
    return Quick(stage)


async def test_it_is_stored_with_its_leg(stage: Stage, quick: Quick) -> None:
    numbers = stage.accept(*[PHONE] * 3)
    async with working(quick.receipts.run(), quick.submit.run(Bell(), quick.told)):
        await stage.until(lambda tx: all(stage.duty(number) is None for number in numbers))
        await asyncio.gather(*quick.taken)
    assert [stage.legs(number)[0].status for number in numbers] == [Status.DELIVERED] * 3
    assert quick.receipts.tally.receipts == {(quick.link.name, "delivered"): 3}
    assert quick.receipts.tally.unmatched == 0
    assert stage.database.read_now(rows)["orphans"] == 0
    stage.database.read_now(assert_balanced)


async def test_its_link_hears_back_after_the_commit(stage: Stage, quick: Quick) -> None:
    (number,) = stage.accept(PHONE)
    seen = list[bool]()

    async def watch() -> None:
        await stage.until(lambda tx: bool(quick.taken))
        await quick.taken[0]
        seen.append(stage.duty(number) is None)

    async with working(quick.receipts.run(), quick.submit.run(Bell(), quick.told)):
        await watch()
    assert seen == [True]


async def test_what_its_answer_does_not_name_after_all_is_kept(stage: Stage, quick: Quick) -> None:
    """Of the two parts one was lost: the outcome names none, and the receipt waits for whoever finds out."""
    (number,) = stage.accept(PHONE)

    async def lose(batch: Sequence[Submission]) -> Sequence[Outcome]:
        await quick.answer(batch)
        return [Lost("connection lost") for _ in batch]

    quick.link.answer = lose
    async with working(quick.receipts.run(), quick.submit.run(Bell(), quick.told)):
        await stage.until(lambda tx: bool(quick.taken))
        await asyncio.gather(*quick.taken)
    assert stage.legs(number)[0].uncertain
    assert stage.database.read_now(rows)["orphans"] == 1


async def test_while_nothing_can_be_stored_its_link_is_told_so(
    stage: Stage, quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    (number,) = stage.accept(PHONE)
    real, broken = stage.database.write_pile, True

    async def write_pile(function: object, rows: int) -> object:
        if broken and quick.taken:
            raise StoreUnavailableError("the disk is full")
        return await real(function, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(stage.database, "write_pile", write_pile)
    async with working(quick.receipts.run(), quick.submit.run(Bell(), quick.told)):
        await stage.until(lambda tx: bool(quick.taken))
        with pytest.raises(StoreUnavailableError):
            await quick.taken[0]
        broken = False
        quick.hear(f"p{number + 1}")  # as carriers do
        await quick.taken[1]
    assert stage.legs(number)[0].status is Status.DELIVERED
    assert len(quick.link.batches) == 1
    stage.database.read_now(assert_balanced)


async def test_a_leg_that_is_not_answered_for_holds_its_link_up_no_longer(
    stage: Stage, quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first part was delivered, its second has no answer: what the link hears then must not wait for that."""
    monkeypatch.setattr(module, "HELD_SECONDS", 0.01)
    (number,) = stage.accept(PHONE)
    answered = asyncio.Event()

    async def slow(batch: Sequence[Submission]) -> Sequence[Outcome]:
        outcomes = await quick.answer(batch)
        await answered.wait()
        return outcomes

    quick.link.answer = slow
    async with working(quick.receipts.run(), quick.submit.run(Bell(), quick.told)):
        await stage.until(lambda tx: bool(quick.taken))
        await quick.taken[0]
        assert stage.database.read_now(rows)["orphans"] == 1
        answered.set()
        await stage.until(lambda tx: stage.duty(number) is None)
    assert stage.legs(number)[0].status is Status.DELIVERED
    assert stage.database.read_now(rows)["orphans"] == 0
    stage.database.read_now(assert_balanced)


async def test_events_that_come_with_it_do_not_wait(stage: Stage, quick: Quick) -> None:
    (number,) = stage.accept(PHONE)
    quick.delivery.early.expect(leg_id(MessageId(number), 1), quick.link.name, "early")
    now = stage.clock.now()
    both = [Receipt(quick.link.name, name, Status.DELIVERED, now) for name in ("early", "stranger")]
    async with working(quick.receipts.run()):
        taking = asyncio.create_task(quick.receipts.take(both))
        await stage.until(lambda tx: rows(tx)["orphans"] == 1)
        assert not taking.done()
        quick.delivery.early.release([leg_id(MessageId(number), 1)])
        await taking
    assert stage.database.read_now(rows)["orphans"] == 2
