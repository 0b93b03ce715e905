"""What becomes of messages of which nobody knows whether the carrier has them, by the choice of their account."""

import pytest

from tests.services.world import BALANCE, SMS_PRICE, World
from tolmach.core.delivery import Lost, Sent
from tolmach.core.status import Status
from tolmach.store import legs

GONE = Lost("the link fell")
S = Status


def marked(world: World, id_: int) -> bool:
    """Tell whether a message's one step is marked uncertain."""
    (leg,) = world.read(lambda tx: legs.of_messages(tx, [id_]))[id_]
    return leg.uncertain


@pytest.mark.parametrize(
    ("choice", "traffic", "again"),
    [
        ("usual", "service", False),
        ("usual", "otp", True),
        ("usual", "advert", False),
        ("resend", "advert", True),
        ("hold", "otp", False),
    ],
)
def test_a_lost_answer(world: World, choice: str, traffic: str, again: bool) -> None:
    world.change(uncertain=choice, traffic=traffic)
    id_ = world.send()
    submission = world.submit(GONE)
    world.wait(seconds=1)
    repeated = world.claim()
    assert [(one.leg, one.attempt, one.uncertain) for one in repeated] == [(submission.leg, 2, True)] * again
    assert world.legs(id_) == ([] if again else [(S.SENT, 0)])


def test_what_was_sent_once_more_is_marked_and_charged_once(world: World) -> None:
    world.change(uncertain="resend")
    id_ = world.send()
    first = world.submit(GONE)
    world.wait(seconds=1)
    world.submit(Sent(("1",)))
    world.settle(first, GONE)  # the same answer once more, as after a commit that nobody confirmed
    world.wait(seconds=1)
    assert world.claim() == []
    world.receive(("1", S.DELIVERED))
    assert (world.legs(id_), world.told(id_), marked(world, id_)) == ([(S.DELIVERED, SMS_PRICE)], [S.DELIVERED], True)
    assert world.money() == (BALANCE - SMS_PRICE, 0)


def test_a_second_loss_waits(world: World) -> None:
    world.change(uncertain="resend")
    id_ = world.send()
    for _ in range(2):
        world.submit(GONE)
        world.wait(seconds=1)
    assert world.claim() == []
    assert (world.state(id_).status, marked(world, id_)) == (S.SENT, True)


def test_what_the_link_pursues_itself_is_left_to_it(world: World) -> None:
    world.change(uncertain="resend")
    world.send()
    world.submit(Lost("no answer", pursued=True))
    world.wait(seconds=1)
    assert world.claim() == []


@pytest.mark.parametrize("choice", ["usual", "resend"])
def test_what_a_dead_process_had_is_sent_again(world: World, choice: str) -> None:
    world.change(uncertain=choice)
    world.send()
    world.claim("dead")
    world.wait(seconds=61)
    assert [one.uncertain for one in world.claim("alive")] == [True]


def test_what_is_held_ends_as_unknown_and_its_money_goes_back(world: World) -> None:
    world.change(uncertain="hold")
    id_ = world.send()
    world.claim("dead")
    world.wait(seconds=61)
    assert world.claim("alive") == []
    assert (world.state(id_).status, marked(world, id_)) == (S.SENT, True)
    world.wait(hours=25)
    assert world.give_up() == 1
    assert (world.legs(id_), world.told(id_), world.money()) == ([(S.UNKNOWN, 0)], [S.UNKNOWN], (BALANCE, 0))
