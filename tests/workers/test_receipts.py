import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.gateway import assert_balanced, rows
from tests.workers.stage import PHONE, Stage, working
from tolmach.connectors.handover import hand_over
from tolmach.core.content import Channel
from tolmach.core.delivery import Inbound, Receipt, Sent
from tolmach.core.moments import to_ms
from tolmach.core.ports import PartlyStoredError
from tolmach.core.status import Status
from tolmach.services import accounts
from tolmach.services.accounts import Changes
from tolmach.services.delivery import Submitted
from tolmach.store import inbox
from tolmach.store.database import Tx
from tolmach.workers.bell import Bell
from tolmach.workers.receipts import BATCH, ReceiptsWorker

LINK = "test"


def sent(stage: Stage, *phones: str) -> list[int]:
    """Have messages accepted and taken by a carrier, which calls them p1, p2 and so on."""
    numbers = stage.accept(*phones)
    now = stage.clock.now()
    _, claimed = stage.database.write_now(lambda tx: stage.delivery.claim(tx, "worker", now, 1000))
    results = [
        Submitted(submission, LINK, Sent((f"p{number}",)), to_ms(now)) for number, submission in enumerate(claimed, 1)
    ]
    stage.database.write_now(lambda tx: stage.delivery.settle(tx, results, now))
    return numbers


def receipt(stage: Stage, number: int, status: Status = Status.DELIVERED, link: str = LINK) -> Receipt:
    return Receipt(link, f"p{number}", status, stage.clock.now())


def worker(stage: Stage, due: Bell | None = None, told: Bell | None = None) -> ReceiptsWorker:
    return ReceiptsWorker(stage.database, stage.delivery, stage.inbox, stage.clock, due or Bell(), told or Bell())


async def test_a_link_hears_back_after_the_commit(stage: Stage) -> None:
    (number,) = sent(stage, PHONE)
    receipts = worker(stage)
    async with working(receipts.run()):
        await receipts.take([receipt(stage, 1)])
        assert stage.legs(number)[0].status is Status.DELIVERED
    assert stage.duty(number) is None
    stage.database.read_now(assert_balanced)


async def test_repeated_and_late_receipts_change_nothing(stage: Stage) -> None:
    (number,) = sent(stage, PHONE)
    receipts = worker(stage)
    async with working(receipts.run()):
        await receipts.take([receipt(stage, 1)] * 3)
        before = await stage.database.read(rows)
        await receipts.take([receipt(stage, 1), receipt(stage, 1, Status.UNDELIVERED)])
        assert await stage.database.read(rows) == before
    assert stage.legs(number)[0].status is Status.DELIVERED


async def test_many_links_report_at_once(stage: Stage) -> None:
    numbers = sent(stage, *[PHONE] * 100)
    receipts = worker(stage)
    async with working(receipts.run()):
        await asyncio.gather(*[receipts.take([receipt(stage, number)]) for number in range(1, 101)])
    assert {stage.legs(number)[0].status for number in numbers} == {Status.DELIVERED}
    stage.database.read_now(assert_balanced)


async def test_more_than_a_batch(stage: Stage) -> None:
    sent(stage, PHONE)
    receipts = worker(stage)
    with capture_logs() as logs:
        async with working(receipts.run()):
            unknown = [receipt(stage, number) for number in range(2, BATCH + 2)]
            await asyncio.gather(*[receipts.take(unknown) for _ in range(3)], receipts.take([receipt(stage, 1)]))
    assert sum(entry["count"] for entry in logs if entry["log_level"] != "debug") == 3 * BATCH
    assert stage.database.read_now(rows)["orphans"] == 3 * BATCH


@pytest.mark.sqlite
async def test_many_that_come_together_are_stored_in_pieces_in_a_crowd(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = sent(stage, *[PHONE] * 100)
    stage.database.crowd.gather(3600)
    piles: list[int] = []
    write_pile = stage.database.write_pile

    async def noted(function: Callable[[Tx], Any], count: int) -> Any:
        piles.append(count)
        return await write_pile(function, count)

    monkeypatch.setattr(stage.database, "write_pile", noted)
    receipts = worker(stage)
    async with working(receipts.run()):
        await receipts.take([receipt(stage, number) for number in range(1, 101)])
    assert max(piles) == stage.database.pile(BATCH) < 100
    assert sum(piles) == 100
    assert {stage.legs(number)[0].status for number in numbers} == {Status.DELIVERED}


async def test_a_receipt_that_comes_before_the_answer_is_kept_for_it(stage: Stage) -> None:
    (number,) = stage.accept(PHONE)
    now = stage.clock.now()
    _, claimed = stage.database.write_now(lambda tx: stage.delivery.claim(tx, "worker", now, 10))
    receipts = worker(stage)
    with capture_logs() as logs:
        async with working(receipts.run()):
            await receipts.take([receipt(stage, 1)])
    assert [entry["event"] for entry in logs if entry["log_level"] != "debug"] == ["receipts that match no message"]
    answered = [Submitted(claimed[0], LINK, Sent(("p1",)), to_ms(now))]
    stage.database.write_now(lambda tx: stage.delivery.settle(tx, answered, now))
    assert stage.legs(number)[0].status is Status.DELIVERED
    assert stage.database.read_now(rows)["orphans"] == 0


async def test_the_receipts_of_another_link_are_its_own(stage: Stage) -> None:
    (number,) = sent(stage, PHONE)
    receipts = worker(stage)
    async with working(receipts.run()):
        await receipts.take([receipt(stage, 1, link="other")])
    assert stage.legs(number)[0].status is Status.SENT


async def test_bells_ring_for_callbacks_and_for_next_steps(stage: Stage) -> None:
    from tests.workers.stage import DAY
    from tolmach.core.commands import SendMessages
    from tolmach.core.content import SmsText, ViberCard
    from tolmach.core.drafts import Draft, Step
    from tolmach.services import messages

    steps = (Step(Channel.VIBER, ViberCard("x"), None, DAY), Step(Channel.SMS, SmsText("x"), None, DAY))
    command = SendMessages([Draft(PHONE, steps)], "targetsms")
    now = stage.clock.now()
    changes = Changes(callback_url="http://192.0.2.1/")
    stage.database.write_now(lambda tx: accounts.change(tx, "demo", changes))
    stage.database.write_now(lambda tx: messages.post(tx, "demo", command, now))
    sent(stage, PHONE)  # takes the Viber step along: it is p2, its lane comes after that of SMS
    due, told = Bell(), Bell()
    receipts = worker(stage, due, told)
    async with working(receipts.run()), asyncio.timeout(10):
        await receipts.take([receipt(stage, 2, Status.UNDELIVERED)])
        await due.wait(60)
        await receipts.take([receipt(stage, 1)])
        await told.wait(60)


@pytest.mark.sqlite
async def test_what_cannot_be_stored_is_refused_and_may_come_again(stage: Stage) -> None:
    numbers = sent(stage, *[PHONE] * 3)
    unknown = [receipt(stage, number) for number in range(100, 1100)]
    receipts = worker(stage)
    stage.fill_the_disk()
    with capture_logs() as logs:
        async with working(receipts.run()):
            with pytest.raises(Exception, match="full"):
                await receipts.take([receipt(stage, 1), *unknown])
            stage.empty_the_disk()
            await receipts.take([receipt(stage, 1), *unknown])
    assert logs[0]["event"] == "events cannot be stored; links will repeat them"
    assert stage.legs(numbers[0])[0].status is Status.DELIVERED


def picky(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> ReceiptsWorker:
    """Return a worker that can never store an incoming message with the text "bad"."""
    receipts = worker(stage)
    receive = receipts._inbox.receive

    def refuse(tx: Tx, events: list[Inbound], now: Any) -> int:
        if any(event.text == "bad" for event in events):
            raise ValueError("a bug")
        return receive(tx, events, now)

    monkeypatch.setattr(receipts._inbox, "receive", refuse)
    return receipts


async def test_what_can_never_be_stored_hinders_no_other_link(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    (number,) = sent(stage, PHONE)
    receipts = picky(stage, monkeypatch)
    now = stage.clock.now()
    bad, good = (Inbound(LINK, PHONE, "79611111111", text, now) for text in ("bad", "good"))
    takers = [asyncio.create_task(receipts.take([one])) for one in (bad, receipt(stage, 1), good)]
    await asyncio.sleep(0)
    with capture_logs() as logs:
        async with working(receipts.run()):
            results = await asyncio.gather(*takers, return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, type(None), type(None)]
    assert stage.legs(number)[0].status is Status.DELIVERED
    errors = [entry["event"] for entry in logs if entry["log_level"] == "error"]
    assert errors == ["events cannot be stored; links will repeat them"]


async def test_a_message_that_can_never_be_stored_has_none_of_its_batch_stored_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is stored in pieces: when a later one fails, the link is told which are stored."""
    receipts = picky(stage, monkeypatch)
    monkeypatch.setattr(stage.database, "pile", lambda rows: 2)
    now = stage.clock.now()
    texts = ["1", "2", "3", "bad", "5", "5"]
    written = [Inbound(LINK, PHONE, "79611111111", text, now) for text in texts]
    async with working(receipts.run()):
        with pytest.raises(PartlyStoredError, match="a bug") as raised:
            await receipts.take(written)
        assert raised.value.left == written[2:4]
        with pytest.raises(ValueError, match="a bug"):
            await receipts.take([written[3]])
        again = [(some, error) async for some, error in hand_over(receipts.take, written)]
    assert [[one.text for one in some if isinstance(one, Inbound)] for some, error in again if error] == [["bad"]]
    found = stage.database.read_now(lambda tx: inbox.newest(tx, None, 20, everybody=True))
    once, after = ["1", "2", "5", "5"], ["1", "2", "3", "5", "5"]
    assert sorted(letter.text for letter in found) == sorted([*once, *after])


async def test_a_link_that_has_gone_hinders_nobody(stage: Stage) -> None:
    numbers = sent(stage, PHONE, PHONE)
    receipts = worker(stage)
    gone = asyncio.create_task(receipts.take([receipt(stage, 1)]))
    await asyncio.sleep(0)
    gone.cancel()
    async with working(receipts.run()):
        await receipts.take([receipt(stage, 2)])
    assert [stage.legs(number)[0].status for number in numbers] == [Status.DELIVERED] * 2


async def test_thousands_of_reports_gather_behind_a_slow_disk(stage: Stage) -> None:
    numbers = sent(stage, PHONE, PHONE)
    receipts = worker(stage)
    takers = [asyncio.create_task(receipts.take([receipt(stage, number % 2 + 1)])) for number in range(5_000)]
    await asyncio.sleep(0)
    async with working(receipts.run()):
        await asyncio.gather(*takers)
    assert [stage.legs(number)[0].status for number in numbers] == [Status.DELIVERED] * 2


async def test_incoming_messages_are_stored_with_the_receipts_of_their_batch(stage: Stage) -> None:
    (number,) = sent(stage, PHONE)
    receipts = worker(stage)
    written = Inbound(LINK, PHONE, "79611111111", "Hello", stage.clock.now())
    async with working(receipts.run()):
        await receipts.take([receipt(stage, 1), written])
    assert stage.legs(number)[0].status is Status.DELIVERED
    assert receipts.tally.inbound == {LINK: 1}
    (letter,) = stage.database.read_now(lambda tx: inbox.newest(tx, None, 10, everybody=True))
    assert (letter.sender, letter.recipient, letter.text, letter.link) == (PHONE, "79611111111", "Hello", LINK)
