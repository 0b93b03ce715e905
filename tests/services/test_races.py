"""Several processes on one PostgreSQL: whatever comes at the same time, every promise holds.

Each world here is a process of its own: nothing but the database is shared. What one does while the other is in the
midst of something is made sure of by a barrier; who comes first after that is the scheduler's choice.
"""

# ruff: noqa: B023 - what is run here is over before the loop goes on
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.databases import PostgresqlDatabases
from tests.rollbacks import Rollbacks
from tests.services.world import BALANCE, LINK, PHONE, SMS_PRICE, World, command, draft, seed, sms, viber
from tolmach.core.delivery import Inbound, Piece, Sent
from tolmach.core.drafts import Group
from tolmach.core.ids import split_id
from tolmach.core.inbox import InboxPolicy
from tolmach.core.results import Accepted
from tolmach.core.status import Status
from tolmach.services.delivery import Delivery, Submitted, Wanted
from tolmach.services.inbox import Inbox
from tolmach.store import inbox, migrate, parts, queue
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place

ROUNDS = 12


@pytest.fixture(scope="module")
def template(server: PostgresqlDatabases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = server.new(tmp_path_factory.mktemp("races"), lasting=True)
    migrate.upgrade(place)
    database = Database(place)
    database.write_now(seed)
    database.close()
    return place


@pytest.fixture
def worlds(server: PostgresqlDatabases, template: Place, tmp_path: Path) -> Iterator[tuple[World, World]]:
    place = server.copy(template, tmp_path)
    opened = World(place), World(place)
    yield opened
    for world in opened:
        world.close()
    server.sweep()


def together(*runs: Callable[[], Any]) -> list[Any]:
    """Run functions at the same time and return their results."""
    barrier = threading.Barrier(len(runs))

    def run(function: Callable[[], Any]) -> Any:
        barrier.wait()
        return function()

    with ThreadPoolExecutor(len(runs)) as threads:
        return list(threads.map(run, runs))


def test_one_client_key_is_one_message_and_one_charge(worlds: tuple[World, World]) -> None:
    for number in range(ROUNDS):
        asked = command(draft(key=f"key {number}"), draft(key=f"other {number}"))
        results = together(*[lambda world=world: world.result(asked) for world in worlds * 2])
        ids = [tuple(item.id for item in result.items if isinstance(item, Accepted)) for result in results]
        assert len(set(ids)) == 1
        assert sum(not item.repeated for result in results for item in result.items if isinstance(item, Accepted)) == 2
    assert worlds[0].count() == 2 * ROUNDS
    assert worlds[0].money() == (BALANCE - 2 * ROUNDS * SMS_PRICE, 2 * ROUNDS * SMS_PRICE)


def test_one_group_is_one_campaign(worlds: tuple[World, World]) -> None:
    for number in range(ROUNDS):
        asked = command(draft(), group=Group(f"group {number}"))
        results = together(*[lambda world=world: world.result(asked) for world in worlds])
        assert len({result.campaign.id for result in results if result.campaign}) == 1


def test_nobody_spends_more_than_there_is(worlds: tuple[World, World]) -> None:
    first, _ = worlds
    first.top_up(3 * SMS_PRICE - BALANCE)
    results = together(*[lambda world=world: world.result(command(draft())) for world in worlds * 4])
    assert sum(isinstance(item, Accepted) for result in results for item in result.items) == 3
    assert first.money() == (0, 3 * SMS_PRICE)


def test_a_step_is_given_to_one_worker(worlds: tuple[World, World]) -> None:
    first, _ = worlds
    ids = [first.send() for _ in range(40)]
    claimed = together(*[lambda world=world: world.claim(limit=15) for world in worlds * 2])
    legs = Counter(submission.leg for submissions in claimed for submission in submissions)
    assert sorted(legs) == [id_ + 1 for id_ in ids]
    assert set(legs.values()) == {1}


def test_a_receipt_that_comes_many_times_counts_once(worlds: tuple[World, World]) -> None:
    first, _ = worlds
    for _ in range(ROUNDS):
        id_ = first.send()
        submission = first.submit()
        receipt = (str(submission.leg), Status.DELIVERED)
        together(*[lambda world=world: world.receive(receipt) for world in worlds * 2])
        assert first.state(id_).status is Status.DELIVERED
        assert first.told(id_) == [Status.DELIVERED]
    assert first.money() == (BALANCE - ROUNDS * SMS_PRICE, 0)


def test_receipts_that_contradict_each_other_end_a_message_once(worlds: tuple[World, World]) -> None:
    first, second = worlds
    for _ in range(ROUNDS):
        id_ = first.send()
        name = str(first.submit().leg)
        together(
            lambda: first.receive((name, Status.DELIVERED)),
            lambda: second.receive((name, Status.UNDELIVERED)),
            lambda: second.receive((name, Status.DELIVERED)),
        )
        assert len(first.told(id_)) == 1
        assert first.told(id_)[0] is first.state(id_).status
        first.check_books()


def test_a_receipt_finds_its_message_however_early_it_comes(worlds: tuple[World, World]) -> None:
    """The answer of a link and the receipt for it are stored by two processes at the same moment."""
    first, second = worlds
    for number in range(ROUNDS):
        id_ = first.send()
        (submission,) = first.claim()
        name = f"early {number}"
        together(
            lambda: first.settle(submission, Sent((name,))),
            lambda: second.receive((name, Status.DELIVERED)),
        )
        assert first.state(id_).status is Status.DELIVERED


def test_the_parts_of_a_message_may_be_told_to_two_processes(worlds: tuple[World, World]) -> None:
    first, second = worlds
    for number in range(ROUNDS):
        id_ = first.send(sms("я" * 140))
        names = [f"{number} {part}" for part in (1, 2, 3)]
        first.submit(Sent(tuple(names)))
        tellers = (first, second, first)
        together(
            *[
                lambda world=world, name=name: world.receive((name, Status.DELIVERED))
                for world, name in zip(tellers, names, strict=True)
            ]
        )
        assert first.state(id_).status is Status.DELIVERED


def test_an_end_by_time_and_a_receipt_settle_the_money_once(worlds: tuple[World, World]) -> None:
    first, second = worlds
    for _ in range(ROUNDS):
        id_ = first.send()
        name = str(first.submit().leg)
        for world in worlds:
            world.wait(days=3)
        together(first.give_up, second.give_up, lambda: second.receive((name, Status.DELIVERED)))
        assert first.state(id_).status in (Status.DELIVERED, Status.UNKNOWN)
        assert first.money()[1] == 0


def test_what_is_cancelled_is_not_sent(worlds: tuple[World, World]) -> None:
    first, second = worlds
    for _ in range(ROUNDS):
        id_ = first.send()
        cancelled, claimed = together(lambda: first.cancel(id_), second.claim)
        assert cancelled + len(claimed) == 1
        if claimed:
            second.settle(claimed[0], Sent((str(id_),)))
        first.check_books()


def test_many_at_once_lock_in_one_order(worlds: tuple[World, World]) -> None:
    """Batches of two accounts, answers and receipts in any order: nobody has to be run again for long."""
    first, second = worlds
    for number in range(ROUNDS):
        for world in worlds:
            for id_ in (world.demo, world.other):
                world.answer(command(*[draft(PHONE) for _ in range(5)]), id_)
        mine, theirs = first.claim(limit=10), second.claim(limit=10)
        names = {submission.leg: f"{number} {submission.leg}" for submission in [*mine, *theirs]}
        together(
            lambda: first.settle_all([(one, Sent((names[one.leg],))) for one in mine], LINK),
            lambda: second.settle_all([(one, Sent((names[one.leg],))) for one in reversed(theirs)], LINK),
        )
        told = [(name, Status.DELIVERED) for name in names.values()]
        together(lambda: first.receive(*told), lambda: second.receive(*reversed(told)))
    assert first.money()[1] == first.money(first.other)[1] == 0


class Turn:
    """A turn of a loop of submission that stops between its claim and its answers until something has happened."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch, *results: Submitted) -> None:
        self._world, self._results = world, results
        self.claimed, self.go_on = threading.Event(), threading.Event()
        monkeypatch.setattr(world.delivery, "claim", self._claim)

    def run(self) -> list[int]:
        """Return the messages that are claimed."""
        wanted = Wanted("loop", 100, None)
        _, found = self._world.write(
            lambda tx: self._world.delivery.turn(tx, wanted, self._results, [], self._world.clock.now())
        )
        return [split_id(submission.leg)[0] for submission in found]

    def _claim(self, *asked: Any) -> Any:
        found = Delivery.claim(self._world.delivery, *asked)
        self.claimed.set()
        self.go_on.wait(1)  # where it may not happen before the turn is over, it is not waited for
        return found


def test_a_turn_and_receipts_of_what_it_claims_do_not_lock_each_other_out(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = worlds
    cascade = first.send(viber(), sms())
    first.submit(Sent(("late",)))
    for world in worlds:
        world.wait(days=2)
    first.give_up()  # its second step is due
    answered = first.send()
    submission = next(one for one in first.claim() if split_id(one.leg)[0] == answered)
    first.write(lambda tx: queue.change(tx, [queue.by_ids(tx, [cascade])[cascade]._replace(due_at=0, claimed_by="")]))
    turn = Turn(first, monkeypatch, Submitted(submission, LINK, Sent(("new",)), 0))
    told, rollbacks = parts.await_answers, Rollbacks(first.database, second.database)

    def awaiting(tx: Tx, links: Collection[str]) -> bool:
        found = told(tx, links)
        turn.go_on.set()
        return found

    def receive() -> None:
        turn.claimed.wait()
        second.receive(("never heard of", Status.DELIVERED), ("late", Status.DELIVERED))

    monkeypatch.setattr(parts, "await_answers", awaiting)
    assert together(turn.run, receive)[0] == [cascade]
    assert rollbacks.count == 0


def test_a_turn_that_ends_something_and_a_cancellation_do_not_lock_each_other_out(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = worlds
    overdue = first.send(sms(lasts=timedelta(seconds=30)))
    due = first.read(lambda tx: queue.by_ids(tx, [overdue])[overdue])
    first.write(lambda tx: queue.change(tx, [due._replace(due_at=2**40 * 10)]))
    answered = first.send()
    (submission,) = first.claim()
    waits = first.send()
    later = first.read(lambda tx: queue.by_ids(tx, [waits])[waits])
    first.write(lambda tx: queue.change(tx, [due, later._replace(due_at=2**40 * 10)]))
    for world in worlds:
        world.wait(seconds=40)
    turn = Turn(first, monkeypatch, Submitted(submission, LINK, Sent(("new",)), 0))
    rollbacks = Rollbacks(first.database, second.database)
    locked = queue.locked

    def locking(tx: Tx, ids: Collection[int]) -> Any:
        found = locked(tx, ids)
        if set(ids) == {answered, waits}:
            turn.go_on.set()
        return found

    def cancel() -> int:
        turn.claimed.wait()
        return second.cancel(answered, waits)

    monkeypatch.setattr(queue, "locked", locking)
    assert together(turn.run, cancel) == [[], 1]
    assert rollbacks.count == 0
    assert first.state(overdue).status is Status.EXPIRED
    assert first.state(answered).status is Status.SENT


def test_halves_that_come_to_two_processes_are_joined_at_once(worlds: tuple[World, World]) -> None:
    boxes = [Inbox(world.catalogue, world.delivery, InboxPolicy()) for world in worlds]
    now = worlds[0].clock.now()

    def come(which: int, reference: int) -> int:
        """Take the halves of three messages, of each the one that the other does not take, in another order."""
        order = (2, 1, 0) if which else (0, 1, 2)
        halves = [
            Inbound(LINK, PHONE, f"123{one}", f"half {which}", now, Piece(reference, 2, which + 1)) for one in order
        ]
        return worlds[which].write(lambda tx: boxes[which].receive(tx, halves, now))

    undone = Rollbacks(*(world.database for world in worlds))
    for reference in range(ROUNDS):
        assert sum(together(lambda: come(0, reference), lambda: come(1, reference))) == 3
    assert undone.count == 0  # everybody locks in the same order


def test_a_half_that_comes_while_its_message_is_given_up_is_not_taken_twice(worlds: tuple[World, World]) -> None:
    one, two = worlds
    box = Inbox(one.catalogue, one.delivery, InboxPolicy())
    now = one.clock.now()
    late = now + InboxPolicy().patience + timedelta(seconds=1)

    def half(number: int, reference: int) -> list[Inbound]:
        return [Inbound(LINK, PHONE, "1234", f"half {number}", now, Piece(reference, 2, number))]

    for reference in range(ROUNDS):
        one.write(lambda tx: box.receive(tx, half(1, reference), now))
        together(
            lambda: one.write(lambda tx: box.sweep(tx, late)),
            lambda: two.write(lambda tx: box.receive(tx, half(2, reference), late)),
        )
        found = one.read(lambda tx: inbox.newest(tx, None, 1_000, everybody=True))
        assert sum("half 1" in letter.text for letter in found) == reference + 1
