"""Cascades of two steps: Viber, then SMS."""

from datetime import timedelta

import pytest

from tests.services.world import (
    BALANCE,
    GRACE,
    SMS_PRICE,
    VIBER_PRICE,
    World,
    sms,
    viber,
)
from tolmach.core.content import Channel
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent
from tolmach.core.drafts import ChargeOn, Success
from tolmach.core.status import Status

S = Status


def charged(amount: int) -> tuple[int, int]:
    return (BALANCE - amount, 0)


def test_a_cascade_holds_the_price_of_both_steps(world: World) -> None:
    world.send(viber(), sms())
    assert world.money() == (BALANCE - SMS_PRICE - VIBER_PRICE, SMS_PRICE + VIBER_PRICE)


def test_delivered_by_the_first_step(world: World) -> None:
    id_ = world.send(viber(), sms())
    world.submit()
    assert world.money()[1] == SMS_PRICE + VIBER_PRICE
    effects, _ = world.receive((f"{id_ + 1}", S.DELIVERED))
    assert not effects.steps
    assert (world.legs(id_), world.money(), world.told(id_)) == (
        [(S.DELIVERED, VIBER_PRICE)],
        charged(VIBER_PRICE),
        [S.DELIVERED],
    )
    assert world.claim() == []


@pytest.mark.parametrize("said", [S.UNDELIVERED, S.EXPIRED, S.REFUSED, S.UNKNOWN])
def test_the_second_step_follows_a_first_that_failed(world: World, said: Status) -> None:
    id_ = world.send(viber(), sms())
    world.submit()
    effects, _ = world.receive((f"{id_ + 1}", said))
    assert (effects.steps, effects.callbacks) == (True, False)
    assert world.state(id_).status is S.SENT
    second = world.submit()
    assert (second.leg, second.channel, second.attempt) == (id_ + 2, Channel.SMS, 1)
    assert second.expires_at == world.clock.now() + timedelta(days=1)
    assert world.money() == (BALANCE - SMS_PRICE - VIBER_PRICE, VIBER_PRICE)
    world.receive((f"{id_ + 2}", S.DELIVERED))
    assert (world.legs(id_)[1], world.money(), world.told(id_)) == (
        (S.DELIVERED, SMS_PRICE),
        charged(SMS_PRICE),
        [S.DELIVERED],
    )


@pytest.mark.parametrize("first", [Refused("not in Viber"), Lost("timeout"), None])
def test_the_second_step_follows_a_first_that_was_refused_or_never_answered(
    world: World, first: Outcome | None
) -> None:
    id_ = world.send(viber(lasts=timedelta(minutes=5)), sms())
    world.submit(first)
    if not isinstance(first, Refused):
        world.wait(minutes=5)
        assert world.claim() == []
        world.clock.advance(GRACE)
        assert world.give_up() == 1
    world.submit()
    world.receive((f"{id_ + 2}", S.UNDELIVERED))
    assert (world.legs(id_)[1], world.state(id_).status) == ((S.UNDELIVERED, SMS_PRICE), S.UNDELIVERED)
    assert (world.money(), world.told(id_)) == (charged(SMS_PRICE), [S.UNDELIVERED])


def test_the_second_step_follows_a_first_that_could_not_be_tried(world: World) -> None:
    id_ = world.send(viber(lasts=timedelta(minutes=5)), sms())
    world.wait(minutes=5)
    assert world.claim() == []
    assert world.submit().leg == id_ + 2
    assert world.legs(id_) == [(S.EXPIRED, 0), (S.SENT, SMS_PRICE)]


def test_both_steps_refused(world: World) -> None:
    id_ = world.send(viber(), sms())
    world.submit(Refused("1"))
    world.submit(Refused("2"))
    assert (world.state(id_).status, world.state(id_).reason) == (S.REFUSED, "2")
    assert (world.money(), world.told(id_)) == (charged(0), [S.REFUSED])


def finale_read(world: World) -> int:
    """A cascade that only reading ends, delivered by Viber."""
    id_ = world.send(viber(Success.READ), sms())
    world.submit()
    world.receive((f"{id_ + 1}", S.DELIVERED))
    assert (world.state(id_).status, world.told(id_), world.claim()) == (S.SENT, [], [])
    return id_


def test_finale_read_and_read(world: World) -> None:
    id_ = finale_read(world)
    world.receive((f"{id_ + 1}", S.READ))
    assert (world.legs(id_), world.money(), world.told(id_)) == (
        [(S.READ, VIBER_PRICE)],
        charged(VIBER_PRICE),
        [S.READ],
    )
    world.wait(days=2)
    assert (world.claim(), world.give_up()) == ([], 0)


def test_finale_read_and_not_read_in_time(world: World) -> None:
    id_ = finale_read(world)
    world.wait(hours=1)
    world.clock.advance(GRACE)
    assert world.give_up() == 1
    world.submit()
    world.receive((f"{id_ + 2}", S.DELIVERED))
    assert world.legs(id_) == [(S.DELIVERED, VIBER_PRICE), (S.DELIVERED, SMS_PRICE)]
    assert (world.money(), world.told(id_)) == (charged(VIBER_PRICE + SMS_PRICE), [S.DELIVERED])
    world.receive((f"{id_ + 1}", S.READ))
    assert (world.state(id_).status, world.told(id_)) == (S.READ, [S.DELIVERED, S.READ])
    assert world.money() == charged(VIBER_PRICE + SMS_PRICE)


def test_finale_read_while_the_second_step_waits(world: World) -> None:
    id_ = finale_read(world)
    world.wait(hours=2)
    world.give_up()
    world.receive((f"{id_ + 1}", S.READ))
    assert world.claim() == []
    assert (world.legs(id_), world.money(), world.told(id_)) == (
        [(S.READ, VIBER_PRICE)],
        charged(VIBER_PRICE),
        [S.READ],
    )


@pytest.mark.parametrize("then", [S.DELIVERED, S.UNDELIVERED])
def test_finale_read_while_the_second_step_is_with_the_carrier(world: World, then: Status) -> None:
    id_ = finale_read(world)
    world.wait(hours=2)
    world.give_up()
    (second,) = world.claim()
    world.receive((f"{id_ + 1}", S.READ))
    world.settle(second, Sent(("second",)))
    world.receive(("second", then))
    assert world.state(id_).status is S.READ
    assert world.legs(id_) == [(S.READ, VIBER_PRICE), (then, SMS_PRICE)]
    assert (world.money(), world.told(id_)) == (charged(VIBER_PRICE + SMS_PRICE), [S.READ])


def test_a_late_answer_for_a_step_that_was_no_longer_needed(world: World) -> None:
    id_ = finale_read(world)
    world.wait(hours=2)
    world.give_up()
    (slow,) = world.claim("slow")
    world.wait(seconds=60)
    (quick,) = world.claim("quick")
    world.settle(quick, Busy(10))
    world.receive((f"{id_ + 1}", S.READ))
    world.settle(slow, Sent(("late",)))
    assert world.receive(("late", S.DELIVERED))[1] == 0
    assert (world.legs(id_), world.money(), world.told(id_)) == (
        [(S.READ, VIBER_PRICE)],
        charged(VIBER_PRICE),
        [S.READ],
    )


def test_charged_on_delivery_only_what_was_delivered(world: World) -> None:
    id_ = world.send(viber(), sms(), charge_on=ChargeOn.DELIVERED)
    world.submit()
    world.receive((f"{id_ + 1}", S.UNDELIVERED))
    world.submit()
    assert world.money()[1] == SMS_PRICE + VIBER_PRICE
    world.receive((f"{id_ + 2}", S.DELIVERED))
    assert (world.legs(id_), world.money()) == ([(S.UNDELIVERED, 0), (S.DELIVERED, SMS_PRICE)], charged(SMS_PRICE))
