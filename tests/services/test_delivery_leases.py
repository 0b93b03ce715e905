"""A step in the hands of two workers: the first was too slow for its lease, or died."""

from datetime import timedelta

import pytest

from tests.services.world import (
    BALANCE,
    PHONE,
    SMS_PRICE,
    World,
    sms,
)
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent, Submission
from tolmach.core.status import Status
from tolmach.store import legs

S = Status


def charged(amount: int) -> tuple[int, int]:
    return (BALANCE - amount, 0)


def test_a_worker_that_died_leaves_an_uncertain_step(world: World) -> None:
    id_ = world.send()
    world.claim("dead")
    world.wait(seconds=59)
    assert world.claim("alive") == []
    world.wait(seconds=1)
    (again,) = world.claim("alive")
    assert (again.leg, again.attempt, again.uncertain) == (id_ + 1, 2, True)


def two_workers(world: World) -> tuple[int, Submission, Submission]:
    """One message in the hands of two workers: the first was too slow for its lease."""
    id_ = world.send()
    (slow,) = world.claim("slow")
    world.wait(seconds=60)
    (quick,) = world.claim("quick")
    return id_, slow, quick


def test_the_answer_of_a_slow_worker_is_marked_when_another_has_its_step_in_hand(world: World) -> None:
    """The other one sends it, or has sent it, a second time, and its own answer is not stored any more."""
    id_, slow, quick = two_workers(world)
    world.settle(slow, Sent(("slow",)))
    world.settle(quick, Sent(("quick",)))
    (leg,) = world.read(lambda tx: legs.of_messages(tx, [id_]))[id_]
    assert (leg.uncertain, world.money()) == (True, charged(SMS_PRICE))


def test_what_was_perhaps_sent_is_not_cancelled(world: World) -> None:
    """A worker died with it and the next one found the carrier busy: the phone may have it, so it is not refunded."""
    id_, _, quick = two_workers(world)
    world.settle(quick, Busy(1))
    assert world.cancel(id_) == 0


@pytest.mark.parametrize("late", [Sent(("late",)), Refused("late"), Lost("late"), Busy(1)])
@pytest.mark.parametrize("said", [S.DELIVERED, S.UNDELIVERED])
def test_a_late_answer_changes_nothing_that_is_final(world: World, said: Status, late: Outcome) -> None:
    id_, slow, quick = two_workers(world)
    world.settle(quick, Sent(("quick",)))
    world.receive(("quick", said))
    before = (world.legs(id_), world.state(id_).reason, world.told(id_), world.money())
    world.settle(slow, late)
    assert (world.legs(id_), world.state(id_).reason, world.told(id_), world.money()) == before
    assert world.claim() == []


@pytest.mark.parametrize("late", [Sent(("late",)), Refused("late"), Lost("late"), Busy(1)])
def test_a_late_answer_does_not_revive_what_was_refused(world: World, late: Outcome) -> None:
    id_, slow, quick = two_workers(world)
    world.settle(quick, Refused("69"))
    world.settle(slow, late)
    state = world.state(id_)
    assert (state.status, state.reason, world.money(), world.told(id_)) == (S.REFUSED, "69", charged(0), [S.REFUSED])
    world.wait(seconds=5)
    assert world.claim() == []


@pytest.mark.parametrize("late", [Refused("45"), Lost("late"), Busy(1)])
def test_a_late_answer_does_not_undo_that_it_was_sent(world: World, late: Outcome) -> None:
    id_, slow, quick = two_workers(world)
    world.settle(quick, Sent(("quick",)))
    world.settle(slow, late)
    world.wait(seconds=5)
    assert world.claim() == []
    assert (world.legs(id_), world.state(id_).reason) == ([(S.SENT, SMS_PRICE)], "")
    world.receive(("quick", S.DELIVERED))
    assert (world.legs(id_), world.money()) == ([(S.DELIVERED, SMS_PRICE)], charged(SMS_PRICE))


def test_busy_of_a_worker_that_lost_its_lease_does_not_take_it_from_the_next(world: World) -> None:
    _, slow, quick = two_workers(world)
    world.settle(slow, Busy(1))
    world.wait(seconds=5)
    assert world.claim("third") == []  # the second worker still has it in hand
    world.settle(quick, Busy(1))
    world.wait(seconds=1)
    assert len(world.claim("third")) == 1


def test_sent_twice_is_charged_once_and_both_receipts_are_known(world: World) -> None:
    id_, slow, quick = two_workers(world)
    world.settle(slow, Sent(("slow",)))
    world.settle(quick, Sent(("quick",)))
    assert world.money() == charged(SMS_PRICE)
    assert world.receive(("slow", S.DELIVERED))[1] == 0
    assert world.receive(("quick", S.DELIVERED))[1] == 0
    assert (world.legs(id_), world.told(id_)) == ([(S.DELIVERED, SMS_PRICE)], [S.DELIVERED])


def test_sent_after_another_worker_found_it_too_late(world: World) -> None:
    id_ = world.send(sms(lasts=timedelta(seconds=90)))
    (slow,) = world.claim("slow")
    world.wait(seconds=90)
    assert world.claim("quick") == []
    world.settle(slow, Sent(("slow",)))
    world.receive(("slow", S.DELIVERED))
    assert (world.legs(id_), world.money(), world.told(id_)) == ([(S.UNKNOWN, 0)], charged(0), [S.UNKNOWN])


def test_validity_that_ends_on_an_uncertain_step_does_not_say_that_it_was_never_sent(world: World) -> None:
    id_ = world.send()
    world.claim("dead")
    world.wait(days=3)
    assert world.claim("alive") == []
    state = world.state(id_)
    assert (state.status, state.reason) == (S.UNKNOWN, "perhaps sent before its process died")
    (leg,) = world.read(lambda tx: legs.of_messages(tx, [id_]))[id_]
    assert leg.uncertain
    assert world.money() == charged(0)


def test_an_uncertain_step_of_a_stopped_recipient_does_not_say_that_it_was_never_sent(world: World) -> None:
    id_ = world.send()
    world.claim("dead")
    world.stop(PHONE)
    world.wait(seconds=60)
    assert world.claim("alive") == []
    assert world.state(id_).status is S.UNKNOWN
