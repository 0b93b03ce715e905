"""What a batch of events does together (what each event does alone is told by the tests of delivery)."""

import pytest

from tests.services.world import BALANCE, GRACE, SMS_PRICE, World, command, draft
from tolmach.core.delivery import Lost, Refused, Sent, Submission
from tolmach.core.moments import duration_ms, to_ms
from tolmach.core.results import Accepted
from tolmach.core.status import Status
from tolmach.services.progress import Effects, Progress
from tolmach.store import messages, queue
from tolmach.store.database import Tx
from tolmach.store.queue import Kind

S = Status


def progress(world: World, tx: Tx, *ids: int) -> Progress:
    now = to_ms(world.clock.now())
    return Progress(tx, world.catalogue.at(tx), messages.by_ids(tx, ids), now, duration_ms(GRACE))


def claimed(world: World, count: int) -> list[Submission]:
    drafts = [draft(f"7903000000{number}") for number in range(count)]
    items = world.result(command(*drafts)).items
    assert all(isinstance(item, Accepted) for item in items)
    return sorted(world.claim(), key=lambda submission: submission.leg)


@pytest.mark.parametrize("one", [Effects(), Effects(steps=True), Effects(callbacks=True), Effects(True, True)])
@pytest.mark.parametrize("other", [Effects(), Effects(steps=True), Effects(callbacks=True)])
def test_effects_add_up(one: Effects, other: Effects) -> None:
    together = one | other
    assert (together.steps, together.callbacks) == (one.steps or other.steps, one.callbacks or other.callbacks)
    assert one | Effects() == one


def test_events_of_one_batch_build_on_each_other(world: World) -> None:
    (submission,) = claimed(world, 1)

    def run(tx: Tx) -> Effects:
        batch = progress(world, tx, 10)
        batch.sent(submission, "link", ("a",), 5)
        batch.told(10, 1, S.DELIVERED, 6)
        batch.told(10, 1, S.READ, 7)
        leg = batch.leg(10, 1)
        assert leg is not None
        assert (leg.status, leg.claimed_at, leg.delivered_at, leg.changed_at) == (S.READ, 5, 6, 7)
        assert batch.duty(10) is None
        return batch.write()

    assert world.write(run) == Effects(callbacks=True)
    assert (world.legs(10), world.told(10)) == ([(S.READ, SMS_PRICE)], [S.DELIVERED, S.READ])
    assert world.money() == (BALANCE - SMS_PRICE, 0)
    assert world.read(lambda tx: queue.by_ids(tx, [10])) == {}


def test_nothing_is_stored_before_it_is_written(world: World) -> None:
    (submission,) = claimed(world, 1)

    def run(tx: Tx) -> None:
        progress(world, tx, 10).refused(submission, "link", 5, "69")

    world.write(run)
    assert world.state(10).status is S.QUEUED
    assert world.money()[1] == SMS_PRICE


def test_a_message_ends_once_however_often_it_is_told(world: World) -> None:
    (submission,) = claimed(world, 1)

    def run(tx: Tx) -> None:
        batch = progress(world, tx, 10)
        batch.refused(submission, "link", 5, "69")
        batch.refused(submission, "link", 5, "70")
        batch.lost(submission, "link", 5, "late")
        batch.sent(submission, "link", ("a",), 5)
        batch.busy(submission, 10**13)
        batch.timed_out(10, 1)
        batch.write()

    world.write(run)
    assert (world.legs(10), world.state(10).reason, world.told(10)) == ([(S.REFUSED, 0)], "69", [S.REFUSED])
    assert world.money() == (BALANCE, 0)


def test_what_its_carrier_has_a_part_of_may_come_twice(world: World) -> None:
    whole, begun = claimed(world, 2)

    def run(tx: Tx) -> None:
        batch = progress(world, tx, 10, 20)
        batch.busy(whole, 10**13)
        batch.busy(begun, 10**13, begun=True)
        batch.write()

    world.write(run)
    duties = world.read(lambda tx: queue.by_ids(tx, [10, 20]))
    assert [duties[id_].uncertain for id_ in (10, 20)] == [False, True]


def test_messages_of_one_batch_do_not_mix(world: World) -> None:
    first, second, third = claimed(world, 3)

    def run(tx: Tx) -> Effects:
        batch = progress(world, tx, 10, 20, 30)
        batch.sent(first, "link", ("a",), 1)
        batch.refused(second, "link", 2, "69")
        batch.lost(third, "link", 3, "timeout")
        return batch.write()

    assert world.write(run) == Effects(callbacks=True)
    assert [state.status for state in world.states(10, 20, 30) if state] == [S.SENT, S.REFUSED, S.SENT]
    duties = world.read(lambda tx: queue.by_ids(tx, [10, 20, 30]))
    assert {id_: duty.kind for id_, duty in duties.items()} == {10: Kind.GIVE_UP, 30: Kind.GIVE_UP}
    assert all(duty.due_at == duty.expires_at + duration_ms(GRACE) for duty in duties.values())
    assert world.money() == (BALANCE - 2 * SMS_PRICE, SMS_PRICE)


def test_an_account_without_a_url_is_told_nothing(world: World) -> None:
    world.result(command(), world.other)
    world.submit(Refused("69"))
    assert world.callbacks(10) == []


@pytest.mark.parametrize("reason", ["x" * 100, "ё" * 100])
def test_reasons_fit_their_column(world: World, reason: str) -> None:
    first, second = claimed(world, 2)
    world.settle_all([(first, Refused(reason)), (second, Lost(reason))])
    assert world.state(10).reason == reason[:64]
    assert world.state(20).reason == f"lost: {reason}"[:64]


def test_a_step_remembers_that_it_may_have_been_sent_twice(world: World) -> None:
    claimed(world, 1)
    world.wait(seconds=60)
    (again,) = world.claim()
    world.settle(again, Sent(("a",)))

    def uncertain(tx: Tx) -> bool:
        leg = progress(world, tx, 10).leg(10, 1)
        return leg is not None and leg.uncertain

    assert world.write(uncertain)
