import pytest

from tests.services.world import BALANCE, DAY, LINK, PHONE, SMS_PRICE, World, sms, viber
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Refused, Sent
from tolmach.core.drafts import ChargeOn, For, Step
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.status import Status
from tolmach.store import routes


def add(world: World, *links: str, on_undelivered: bool = False, **conditions: object) -> None:
    targets = tuple(Target(link, int(number == 0)) for number, link in enumerate(links))  # in this order
    rule = Rule(0, 0, Conditions(**conditions), targets, on_undelivered)  # type: ignore[arg-type]
    world.write(lambda tx: routes.add(tx, rule))


def test_without_rules_any_link_may_carry_it(world: World) -> None:
    world.send(sms())
    (submission,) = world.claim()
    assert submission.route is None


def test_a_rule_names_the_links(world: World) -> None:
    add(world, "viber-only", channel=Channel.VIBER)
    add(world, "first", "second", direction="Россия", sender="Tolmach")
    world.send(sms())
    world.send(viber())
    sent, card = world.claim()
    assert (sent.route, sent.patience) == (("first", "second"), 10.0)
    assert card.route == ("viber-only",)


def test_a_changed_rule_holds_from_the_next_claim_on(world: World) -> None:
    world.send(sms())
    add(world, "first")
    assert [one.route for one in world.claim()] == [("first",)]


def test_a_step_that_names_its_link_goes_by_no_other(world: World) -> None:
    add(world, "first")
    world.send(Step(Channel.SMS, SmsText("Hello"), None, For(DAY), link="own"))
    (submission,) = world.claim()
    assert submission.route == ("own",)


def reroute(world: World, charge_on: ChargeOn = ChargeOn.SENT) -> int:
    """Have a message not delivered by the first link of a route that tries another then."""
    add(world, "first", "second", on_undelivered=True)
    number = world.send(sms(), charge_on=charge_on)
    (submission,) = world.claim()
    world.settle(submission, Sent(("a1",)), "first")
    world.receive(("a1", Status.UNDELIVERED), link="first")
    return number


def test_what_is_not_delivered_goes_to_the_next_link(world: World) -> None:
    number = reroute(world)
    assert world.state(number).status is Status.SENT
    assert world.told(number) == []
    (again,) = world.claim()
    assert again.route == ("second",)
    world.settle(again, Sent(("b1",)), "second")
    world.receive(("b1", Status.DELIVERED), link="second")
    assert world.state(number).status is Status.DELIVERED
    assert world.told(number) == [Status.DELIVERED]
    assert world.money() == (BALANCE - SMS_PRICE, 0)  # once, however many links were asked


def test_when_no_link_is_left_it_is_not_delivered(world: World) -> None:
    number = reroute(world)
    (again,) = world.claim()
    world.settle(again, Sent(("b1",)), "second")
    world.receive(("b1", Status.UNDELIVERED), link="second")
    assert world.state(number).status is Status.UNDELIVERED
    assert world.told(number) == [Status.UNDELIVERED]
    assert world.money() == (BALANCE - SMS_PRICE, 0)
    assert world.claim() == []


def test_charged_on_delivery_it_costs_nothing_when_nobody_delivers(world: World) -> None:
    number = reroute(world, ChargeOn.DELIVERED)
    (again,) = world.claim()
    world.settle(again, Refused("no"), "second")
    assert world.state(number).status is Status.REFUSED
    assert world.money() == (BALANCE, 0)


def test_a_late_receipt_of_the_first_link_changes_nothing(world: World) -> None:
    number = reroute(world)
    world.receive(("a1", Status.DELIVERED), link="first")
    assert world.state(number).status is Status.SENT
    (again,) = world.claim()
    world.settle(again, Sent(("b1",)), "second")
    world.receive(("a1", Status.DELIVERED), link="first")
    assert world.state(number).status is Status.SENT
    world.receive(("b1", Status.DELIVERED), link="second")
    assert world.state(number).status is Status.DELIVERED


def test_two_parts_that_are_not_delivered_go_to_the_next_link_once(world: World) -> None:
    add(world, "first", "second", on_undelivered=True)
    number = world.send(sms("x" * 200))
    (submission,) = world.claim()
    world.settle(submission, Sent(("a1", "a2")), "first")
    world.receive(("a1", Status.UNDELIVERED), ("a2", Status.UNDELIVERED), link="first")
    (again,) = world.claim()
    world.settle(again, Sent(("b1", "b2")), "second")
    world.receive(("b1", Status.DELIVERED), link="second")
    assert world.state(number).status is Status.SENT
    world.receive(("b2", Status.DELIVERED), link="second")
    assert world.state(number).status is Status.DELIVERED


def test_the_validity_is_not_made_longer(world: World) -> None:
    number = reroute(world)
    world.wait(days=2)
    assert world.claim() == []
    assert world.state(number).status is Status.UNDELIVERED
    assert world.money() == (BALANCE - SMS_PRICE, 0)


def test_who_is_stopped_meanwhile_is_not_written_to_again(world: World) -> None:
    number = reroute(world)
    world.stop(PHONE)
    assert world.claim() == []
    assert world.state(number).status is Status.UNDELIVERED


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.UNDELIVERED])
def test_a_rule_that_does_not_say_so_tries_no_other(world: World, status: Status) -> None:
    add(world, "first", "second")
    number = world.send(sms())
    (submission,) = world.claim()
    world.settle(submission, Sent(("a1",)), "first")
    world.receive(("a1", status), link="first")
    assert world.state(number).status is status


def test_an_answer_of_a_worker_that_was_too_slow_is_dropped(world: World) -> None:
    number = reroute(world)
    (slow,) = world.claim("slow")
    world.wait(minutes=2)
    (quick,) = world.claim("quick")
    world.settle(quick, Sent(("b1",)), "second")
    world.settle(slow, Refused("late"), LINK)
    world.receive(("b1", Status.DELIVERED), link="second")
    assert world.state(number).status is Status.DELIVERED
