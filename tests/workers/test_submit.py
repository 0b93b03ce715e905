import asyncio
from collections.abc import Coroutine, MutableMapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.gateway import DEADLINE, assert_balanced, rows, until
from tests.workers.stage import DAY, PHONE, Link, Stage, take_all, working
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.delivery import Busy, Outcome, Refused, Sent, Submission
from tolmach.core.drafts import Draft, Step
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.moments import to_ms
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.status import Status
from tolmach.services import messages, stoplist
from tolmach.store import legs, queue, routes
from tolmach.store.database import Tx
from tolmach.store.queue import Kind
from tolmach.workers import submit
from tolmach.workers.bell import Bell
from tolmach.workers.links import Links
from tolmach.workers.submit import SubmitWorker


def loop(stage: Stage, *links: Link, due: Bell | None = None, told: Bell | None = None) -> Coroutine[Any, Any, None]:
    worker = SubmitWorker("worker", stage.database, stage.delivery, Links(links, stage.clock), stage.clock)
    return worker.run(due or Bell(), told or Bell())


async def waiting(stage: Stage, count: int) -> None:
    """Wait until so many messages wait for a receipt."""

    def probe(tx: Tx) -> bool:
        found = queue.by_ids(tx, range(10, 10 * count + 10, 10))
        return sum(entry.kind is Kind.GIVE_UP for entry in found.values()) == count

    await stage.until(probe)


async def test_what_is_due_is_sent_and_waits_for_its_receipt(stage: Stage) -> None:
    stage.accept(*[PHONE] * 3)
    link = Link()
    async with working(loop(stage, link)):
        await waiting(stage, 3)
    assert [(s.leg, s.recipient, s.sender, s.attempt, s.uncertain) for s in link.submissions] == [
        (number, PHONE, "Tolmach", 1, False) for number in (11, 21, 31)
    ]
    assert [leg.status for number in (10, 20, 30) for leg in stage.legs(number)] == [Status.SENT] * 3
    stage.database.read_now(assert_balanced)


async def test_the_bell_wakes_it(stage: Stage) -> None:
    due, link = Bell(), Link()
    async with working(loop(stage, link, due=due)):
        for number in (1, 2, 3):
            stage.accept(PHONE)
            due.ring()
            await waiting(stage, number)
    assert len(link.batches) == 3


async def test_what_is_due_later_stays(stage: Stage) -> None:
    stage.accept(PHONE)
    stage.clock.advance(timedelta(hours=-1))
    link, due = Link(), Bell()
    async with working(loop(stage, link, due=due)):
        await asyncio.sleep(0)
        due.ring()
        stage.clock.advance(timedelta(hours=1))
        due.ring()
        await waiting(stage, 1)
    assert len(link.batches) == 1


async def raising(batch: Sequence[Submission]) -> Sequence[Outcome]:
    raise ConnectionResetError("broken pipe")


async def too_few(batch: Sequence[Submission]) -> Sequence[Outcome]:
    return (await take_all(batch))[1:]


async def never(batch: Sequence[Submission]) -> Sequence[Outcome]:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(
    ("answer", "reason", "event"),
    [
        (raising, "lost: ConnectionResetError", "link failed"),
        (too_few, "lost: wrong number of outcomes", "link answered a wrong number of outcomes"),
        (never, "lost: TimeoutError", "link failed"),
    ],
)
async def test_a_link_that_fails_leaves_everything_unknown(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, answer: Any, reason: str, event: str
) -> None:
    """Neither sent again nor failed: it waits for a receipt, and is not paid without one."""
    monkeypatch.setattr(submit, "LEASE", timedelta(milliseconds=50))
    stage.accept(PHONE, PHONE)
    link, due = Link(answer=answer), Bell()
    with capture_logs() as logs:
        async with working(loop(stage, link, due=due)):
            await waiting(stage, 2)
            stage.clock.advance(timedelta(minutes=10))
            due.ring()
            stage.accept(PHONE)
            due.ring()
            await waiting(stage, 3)
    assert [submission.leg for submission in link.submissions] == [11, 21, 31]
    for number in (10, 20):
        (leg,) = stage.legs(number)
        assert (leg.status, leg.reason, leg.uncertain, leg.charged) == (Status.SENT, reason, True, 0)
    assert {entry["event"] for entry in serious(logs)} == {event}
    ended = stage.database.write_now(
        lambda tx: stage.delivery.give_up(tx, "upkeep", stage.clock.now() + timedelta(days=2), 100)
    )
    assert ended[1] == 3
    assert [leg.status for leg in stage.legs(10)] == [Status.UNKNOWN]
    assert stage.database.read_now(rows)["money"] == 1000_0000
    stage.database.read_now(assert_balanced)


async def test_without_a_link_it_waits_for_one(stage: Stage) -> None:
    stage.accept(PHONE)
    due = Bell()

    def put_off(tx: Tx) -> bool:
        entry = queue.by_ids(tx, [10])[10]
        return entry.attempts == 1 and not entry.claimed_by

    async with working(loop(stage, due=due)):
        await stage.until(put_off)
    entry = stage.duty(10)
    assert entry is not None
    assert entry.due_at == to_ms(stage.clock.now() + timedelta(seconds=30))
    assert (entry.kind, entry.uncertain) == (Kind.SUBMIT, False)
    assert stage.legs(10) == []
    stage.clock.advance(timedelta(seconds=30))
    async with working(loop(stage, Link())):
        await waiting(stage, 1)


async def test_a_busy_link_is_asked_again(stage: Stage) -> None:
    stage.accept(PHONE)

    async def busy_once(batch: Sequence[Submission]) -> Sequence[Outcome]:
        return [Busy(2.5)] if batch[0].attempt == 1 else await take_all(batch)

    link, due = Link(answer=busy_once), Bell()
    async with working(loop(stage, link, due=due)):
        await until(lambda: _value(len(link.batches) == 1))
        await stage.until(lambda tx: queue.next_due(tx, Kind.SUBMIT) == to_ms(stage.clock.now()) + 2500)
        stage.clock.advance(timedelta(seconds=2.5))
        due.ring()
        await waiting(stage, 1)
    assert [submission.attempt for submission in link.submissions] == [1, 2]


def serious(logs: Sequence[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
    """Return what is logged by default."""
    return [entry for entry in logs if entry["log_level"] != "debug"]


async def _value(value: bool) -> bool:
    return value


async def test_a_refusal_is_final_and_costs_nothing(stage: Stage) -> None:
    stage.accept(PHONE)

    async def refuse(batch: Sequence[Submission]) -> Sequence[Outcome]:
        return [Refused("88")] * len(batch)

    async with working(loop(stage, Link(answer=refuse))):
        await stage.until(lambda tx: not queue.by_ids(tx, [10]))
    (leg,) = stage.legs(10)
    assert (leg.status, leg.reason, leg.link) == (Status.REFUSED, "88", "test")
    assert stage.database.read_now(rows)["money"] == 1000_0000


async def test_one_batch_may_need_several_links(stage: Stage) -> None:
    stage.accept(PHONE)
    card = Step(Channel.VIBER, ViberCard("Привет"), None, DAY)
    command = SendMessages([Draft(PHONE, (card,))], "prontosms")
    stage.database.write_now(lambda tx: messages.post(tx, "demo", command, stage.clock.now()))
    by_sms, by_viber = Link("sms"), Link("viber", frozenset({Channel.VIBER}))
    async with working(loop(stage, by_sms, by_viber)):
        await waiting(stage, 2)
    assert [submission.leg for submission in by_sms.submissions] == [11]
    assert [submission.leg for submission in by_viber.submissions] == [21]


async def test_who_is_stopped_in_the_meantime_is_not_written_to(stage: Stage) -> None:
    stage.accept(PHONE, "79161234501")
    stage.database.write_now(lambda tx: stoplist.add(tx, "demo", [PHONE], stage.clock.now()))
    link = Link()
    async with working(loop(stage, link)):
        await stage.until(lambda tx: not queue.by_ids(tx, [10]))
        await stage.until(lambda tx: queue.by_ids(tx, [20])[20].kind is Kind.GIVE_UP)
    assert [submission.leg for submission in link.submissions] == [21]


@pytest.mark.sqlite
async def test_outcomes_outlive_a_full_disk(stage: Stage) -> None:
    """What a link took is not asked of it again, although it could not be stored at once."""
    stage.accept(*[PHONE] * 200)
    failed = asyncio.Event()

    async def take_and_fill(batch: Sequence[Submission]) -> Sequence[Outcome]:
        stage.fill_the_disk()
        return await take_all(batch)

    link = Link(answer=take_and_fill)
    with capture_logs() as logs:
        async with working(loop(stage, link)):
            await until(lambda: _value(bool(serious(logs))))
            failed.set()
            stage.empty_the_disk()
            await waiting(stage, 200)
    assert serious(logs)[0]["event"] == "submit cannot use the database"
    assert len(link.submissions) == 200
    stage.database.read_now(assert_balanced)


async def test_a_dead_workers_claim_is_uncertain(stage: Stage) -> None:
    stage.accept(PHONE)
    stage.database.write_now(lambda tx: stage.delivery.claim(tx, "dead", stage.clock.now(), 10))
    link, due = Link(), Bell()
    async with working(loop(stage, link, due=due)):
        stage.clock.advance(timedelta(seconds=61))
        due.ring()
        await waiting(stage, 1)
    (submission,) = link.submissions
    assert (submission.attempt, submission.uncertain) == (2, True)
    assert [leg.uncertain for leg in stage.legs(10)] == [True]


async def test_a_duplicate_stays_uncertain_through_a_busy_link(stage: Stage) -> None:
    """The claim of a dead worker may have been sent; that somebody was busy since then does not undo it."""
    stage.accept(PHONE)
    stage.database.write_now(lambda tx: stage.delivery.claim(tx, "dead", stage.clock.now(), 10))
    stage.clock.advance(timedelta(seconds=61))

    async def busy_once(batch: Sequence[Submission]) -> Sequence[Outcome]:
        return [Busy(1)] if batch[0].attempt == 2 else await take_all(batch)

    link, due = Link(answer=busy_once), Bell()
    async with working(loop(stage, link, due=due)):
        await stage.until(lambda tx: queue.next_due(tx, Kind.SUBMIT) == to_ms(stage.clock.now()) + 1000)
        stage.clock.advance(timedelta(seconds=1))
        due.ring()
        await waiting(stage, 1)
    assert [leg.uncertain for leg in stage.legs(10)] == [True]


async def test_no_more_is_claimed_than_a_link_has_room_for(stage: Stage) -> None:
    stage.accept(*[PHONE] * 10)
    link = Link(room=3)
    async with working(loop(stage, link)):
        await waiting(stage, 10)
    assert [len(batch) for batch in link.batches] == [3, 3, 3, 1]


async def test_without_room_nothing_is_claimed(stage: Stage) -> None:
    stage.accept(PHONE)
    link = Link(room=0)
    async with working(loop(stage, link)):
        await asyncio.sleep(0)
        entry = stage.duty(10)
        assert entry is not None
        assert (entry.attempts, entry.claimed_by) == (0, "")
        link.room = 1
        await waiting(stage, 1)
    assert len(link.batches) == 1


async def test_the_next_link_takes_what_the_first_cannot(stage: Stage) -> None:
    stage.accept(*[PHONE] * 5)

    async def some(batch: Sequence[Submission]) -> Sequence[Outcome]:
        outcomes: list[Outcome] = [Busy(60), Refused("no", permanent=False), Refused("never")]
        return outcomes[: len(batch)]

    first, second = Link("first", room=3, answer=some), Link("second", room=500)

    def settled(tx: Tx) -> bool:
        entries = queue.by_ids(tx, range(10, 60, 10))
        return sorted(entries) == [10, 20, 40, 50] and all(one.kind is Kind.GIVE_UP for one in entries.values())

    async with working(loop(stage, first, second)):
        await stage.until(settled)
    assert [submission.leg for submission in first.submissions] == [11, 21, 31]
    assert [submission.leg for submission in second.submissions] == [11, 21, 41, 51]
    assert [stage.legs(number)[0].link for number in (10, 20, 30, 40, 50)] == ["second"] * 2 + ["first"] + [
        "second"
    ] * 2


async def test_what_no_link_has_room_for_is_put_off(stage: Stage) -> None:
    stage.accept(*[PHONE] * 3)
    sms, viber = Link("sms", room=1), Link("viber", frozenset({Channel.VIBER}))
    due = Bell()
    async with working(loop(stage, sms, viber, due=due)):
        await waiting(stage, 1)
        await stage.until(lambda tx: queue.next_due(tx, Kind.SUBMIT) == to_ms(stage.clock.now()) + 2000)
    assert [submission.leg for submission in sms.submissions] == [11]


async def test_a_slow_channel_does_not_use_up_the_lease_of_another(stage: Stage) -> None:
    stage.accept(PHONE)
    card = Step(Channel.VIBER, ViberCard("Привет"), None, DAY)
    command = SendMessages([Draft(PHONE, (card,))], "prontosms")
    stage.database.write_now(lambda tx: messages.post(tx, "demo", command, stage.clock.now()))
    by_sms, by_viber = Link("sms", answer=never), Link("viber", frozenset({Channel.VIBER}))
    async with working(loop(stage, by_sms, by_viber)):
        await until(lambda: _value(bool(by_sms.batches and by_viber.batches)))
    assert [submission.leg for submission in by_viber.submissions] == [21]


async def test_an_answer_that_cannot_be_stored_is_alone_in_it(stage: Stage) -> None:
    """Nobody is sent a message twice because of what a carrier answered about it, or about another one."""
    stage.accept(*[PHONE] * 3)

    async def one_odd(batch: Sequence[Submission]) -> Sequence[Outcome]:
        return [Sent(("\ud800",) if submission.leg == 21 else (f"p{submission.leg}",)) for submission in batch]

    link = Link(answer=one_odd)
    with capture_logs() as logs:
        async with working(loop(stage, link)):
            await waiting(stage, 3)
    assert {entry["event"] for entry in serious(logs)} == {
        "submit failed",
        "an answer cannot be stored",
    }
    assert len(link.submissions) == 3
    assert [stage.legs(number)[0].uncertain for number in (10, 20, 30)] == [False, True, False]
    stage.database.read_now(assert_balanced)


def route(stage: Stage, *targets: Target, **conditions: Any) -> None:
    rule = Rule(0, 0, Conditions(**conditions), targets)
    stage.database.write_now(lambda tx: routes.add(tx, rule))


async def test_a_route_is_kept(stage: Stage) -> None:
    route(stage, Target("second"), prefix="79161234")
    first, second = Link("first"), Link("second")
    stage.accept(PHONE, "79031234567")
    async with working(loop(stage, first, second)):
        await waiting(stage, 2)
    assert [submission.recipient for submission in first.submissions] == ["79031234567"]
    assert [submission.recipient for submission in second.submissions] == [PHONE]


async def test_the_next_link_of_a_route_is_asked_when_one_is_down_or_refuses(stage: Stage) -> None:
    route(stage, Target("down"), Target("no", 0), Target("yes", 0))

    async def refuse(batch: Sequence[Submission]) -> Sequence[Outcome]:
        return [Refused("elsewhere", permanent=False)] * len(batch)

    down, no, yes, other = Link("down", up=False), Link("no", answer=refuse), Link("yes"), Link("other")
    stage.accept(PHONE)
    async with working(loop(stage, other, down, no, yes)):
        await waiting(stage, 1)
    assert [len(link.submissions) for link in (other, down, no, yes)] == [0, 0, 1, 1]


async def test_a_full_link_of_a_route_is_waited_for(stage: Stage) -> None:
    """It is not passed over at once: its place in the route is a price, or a promise."""
    route(stage, Target("cheap"), Target("dear", 0))
    cheap, dear = Link("cheap", room=3), Link("dear")
    stage.accept(*[PHONE] * 10)

    def put_off(tx: Tx) -> bool:
        found = queue.by_ids(tx, range(10, 110, 10))
        return sum(entry.kind is Kind.SUBMIT and not entry.claimed_by for entry in found.values()) == 7

    async with working(loop(stage, cheap, dear)):
        await stage.until(put_off)
    assert (len(cheap.submissions), len(dear.submissions)) == (3, 0)


async def test_a_loop_of_a_channel_leaves_the_others_alone(stage: Stage) -> None:
    stage.accept(PHONE)
    card = Step(Channel.VIBER, ViberCard("Привет"), None, DAY)
    now = stage.clock.now()
    stage.database.write_now(lambda tx: messages.post(tx, "demo", SendMessages([Draft(PHONE, (card,))], "x"), now))
    link = Link(channels=frozenset(Channel))
    links = Links([link], stage.clock)
    worker = SubmitWorker("viber", stage.database, stage.delivery, links, stage.clock, Channel.VIBER)
    async with working(worker.run(Bell(), Bell())):
        await until(lambda: _value(bool(link.submissions)))
    assert [submission.leg for submission in link.submissions] == [21]
    assert stage.legs(10) == []


async def test_answers_are_stored_while_others_are_still_out(stage: Stage) -> None:
    """A process that dies must know of most that it has sent: a large batch is handed over and stored in pieces."""
    numbers = stage.accept(*[PHONE] * 5)
    go_on = asyncio.Event()

    async def one_piece_hangs(batch: Sequence[Submission]) -> Sequence[Outcome]:
        if batch[0].leg == numbers[2] + 1:
            await go_on.wait()
        return await take_all(batch)

    link = Link(answer=one_piece_hangs, grain=2)
    async with working(loop(stage, link)):
        await stage.until(lambda tx: len(legs.of_messages(tx, numbers)) == 3)
        assert [len(batch) for batch in link.batches] == [2, 2, 1]
        assert [bool(stage.legs(number)) for number in numbers] == [True, True, False, False, True]
        assert sorted(link.told) == sorted(numbers[index] + 1 for index in (0, 1, 4))
        go_on.set()
        await waiting(stage, 5)
        await until(lambda: _value(len(link.told) == 5))
    assert len(link.submissions) == 5


async def test_what_a_link_does_not_answer_is_not_waited_for(stage: Stage) -> None:
    hangs, due = asyncio.Event(), Bell()

    async def never(batch: Sequence[Submission]) -> Sequence[Outcome]:
        await hangs.wait()
        return await take_all(batch)

    bad, good = Link("bad", answer=never), Link("good")
    worker = SubmitWorker("worker", stage.database, stage.delivery, Links([bad, good], stage.clock), stage.clock)
    stage.accept(PHONE)
    working_on = asyncio.create_task(worker.run(due, Bell()))
    await until(lambda: _value(bool(bad.batches)))
    bad.room = 0
    stage.accept(PHONE, PHONE)
    due.ring()
    await until(lambda: _value(len(good.submissions) == 2))
    assert len(bad.submissions) == 1
    await stage.until(lambda tx: len(legs.of_messages(tx, (20, 30))) == 2)
    worker.stop()
    done, _ = await asyncio.wait([working_on], timeout=0.5)
    assert not done  # an answer is still out
    hangs.set()
    await working_on
    assert [leg.status for leg in stage.legs(10)] == [Status.SENT]
    stage.database.read_now(assert_balanced)


async def test_no_more_than_so_many_pieces_stay_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "MOST_OUT", 2)
    monkeypatch.setattr(submit, "PATIENCE", 0.05)
    hangs = asyncio.Event()

    async def never(batch: Sequence[Submission]) -> Sequence[Outcome]:
        await hangs.wait()
        return await take_all(batch)

    link = Link(answer=never, room=1, grain=1)
    stage.accept(*[PHONE] * 5)
    async with working(loop(stage, link)):
        await until(lambda: _value(len(link.batches) == 3))
        await asyncio.sleep(0.5)
        assert len(link.batches) == 3
        hangs.set()
        await waiting(stage, 5)
    stage.database.read_now(assert_balanced)


async def test_an_outage_longer_than_the_lease_sends_nothing_twice(stage: Stage) -> None:
    """While answers cannot be stored their lease runs out; the other loop leaves them to who has them in hand."""
    stage.accept(PHONE)
    delivery, asked, go_on = stage.delivery, asyncio.Event(), asyncio.Event()

    async def late(batch: Sequence[Submission]) -> Sequence[Outcome]:
        asked.set()
        await go_on.wait()
        return await take_all(batch)

    link = Link(answer=late)
    links, told = Links([link], stage.clock), Bell()
    first = SubmitWorker("first", stage.database, delivery, links, stage.clock)
    second = SubmitWorker("second", stage.database, delivery, links, stage.clock)
    async with working(first.run(Bell(), told)):
        await asked.wait()
        stage.clock.advance(timedelta(minutes=2))
        (other,) = stage.accept(PHONE)
        async with working(second.run(Bell(), told)):
            await until(lambda: _value(len(link.batches) == 2))
            go_on.set()
            await waiting(stage, 2)
    assert [submission.leg for submission in link.submissions] == [11, other + 1]
    assert [leg.uncertain for leg in stage.legs(10)] == [False]


async def test_a_step_that_an_answer_plans_is_announced(stage: Stage) -> None:
    """Its channel may be another loop's, which would sleep until it looks by itself."""
    card = Step(Channel.VIBER, ViberCard("Hello"), None, DAY)
    both = Draft(PHONE, (card, Step(Channel.SMS, SmsText("Hello"), None, DAY)))
    now = stage.clock.now()
    stage.database.write_now(lambda tx: messages.post(tx, "demo", SendMessages([both], "x"), now))

    async def refuse(batch: Sequence[Submission]) -> Sequence[Outcome]:
        return [Refused("no viber", permanent=True)] * len(batch)

    links = Links([Link(channels=frozenset({Channel.VIBER}), answer=refuse)], stage.clock)
    worker = SubmitWorker("viber", stage.database, stage.delivery, links, stage.clock, Channel.VIBER)
    planned = asyncio.Event()
    worker.planned = planned.set
    async with working(worker.run(Bell(), Bell())), asyncio.timeout(30):
        await planned.wait()


async def test_what_others_hold_is_not_looked_at_without_a_pause(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A due message that another transaction has locked cannot be claimed, and stays due."""
    stage.accept(PHONE)
    worker = SubmitWorker("worker", stage.database, stage.delivery, Links((Link(),), stage.clock), stage.clock)
    with monkeypatch.context() as patched:
        patched.setattr(submit, "GATHER_SECONDS", 3600)
        await worker._rest(Bell())  # it may have become due after the claim
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(worker._rest(Bell()), 0.1)
    await asyncio.wait_for(worker._rest(Bell()), DEADLINE)  # and it is tried again


async def test_answers_are_kept_when_the_database_goes_away_while_they_are_stored_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = stage.accept(*[PHONE] * 3)
    link, away, whole, alone = Link(), StoreUnavailableError("away"), stage.database.write_pile, stage.database.write
    failures = iter([None, ValueError("a bug"), None, None])
    outage = iter([None, away])

    async def pile(fn: Any, rows: int) -> Any:
        if (error := next(failures, None)) is not None:
            raise error
        return await whole(fn, rows)

    async def one(fn: Any, rows: int = 0) -> Any:
        if (error := next(outage, None)) is not None:
            raise error
        return await alone(fn, rows)

    monkeypatch.setattr(submit, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(stage.database, "write_pile", pile)
    monkeypatch.setattr(stage.database, "write", one)
    with capture_logs() as logs:
        async with working(loop(stage, link)):
            await waiting(stage, 3)
    assert [leg.reason for message in messages for leg in stage.legs(message)] == [""] * 3
    assert len(link.submissions) == 3
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == [
        "submit failed",
        "submit cannot use the database",
    ]
