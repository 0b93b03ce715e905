"""Client keys and groups: what makes two requests one."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.answers import NOON_IN_MOSCOW, PHONES, accepted, ids, reasons
from tests.services.world import (
    BALANCE,
    PHONE,
    SMS_PRICE,
    World,
    command,
    draft,
    sms,
    viber,
)
from tolmach.core.drafts import Group
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import CampaignId
from tolmach.core.rejections import Rejection
from tolmach.core.results import CampaignRef, SendResult
from tolmach.services.acceptance import Order
from tolmach.store import campaigns, messages, stops
from tolmach.workers.bell import Bells
from tolmach.workers.intake import IntakeWorker

# --- client keys


def same(world: World, *results: SendResult) -> None:
    """One message, one hold, equal ids."""
    items = [accepted(result) for result in results]
    assert {item.id for item in items} == {10}
    assert [item.repeated for item in items] == [False] + [True] * (len(items) - 1)
    assert len({item.legs for item in items}) == 1
    assert world.count() == 1
    assert world.money() == (BALANCE - SMS_PRICE, SMS_PRICE)


def test_a_repeat_later(world: World) -> None:
    first = world.result(command(draft(key="a")))
    world.wait(days=400)
    same(world, first, world.result(command(draft(key="a"))))


def test_a_repeat_in_the_same_batch(world: World) -> None:
    orders = [Order(world.principal(), command(draft(key="a")))] * 50
    same(world, *(answer for answer in world.accept(*orders) if isinstance(answer, SendResult)))


def test_a_repeat_in_the_same_command(world: World) -> None:
    result = world.result(command(draft(key="a"), draft(key="a"), draft(key="b")))
    assert ids(result.items) == [10, 10, 20]
    assert world.money() == (BALANCE - 2 * SMS_PRICE, 2 * SMS_PRICE)


async def test_fifty_parallel_repeats(world: World) -> None:
    intake = IntakeWorker(world.database, world.catalogue, world.clock, Bells())
    running = asyncio.create_task(intake.run())
    principal = world.principal()
    results = await asyncio.gather(*(intake.send(principal, command(draft(key="a"))) for _ in range(50)))
    running.cancel()
    same(world, *sorted(results, key=lambda result: accepted(result).repeated))


def test_a_repeat_with_other_contents_is_answered_with_the_earlier_message(world: World) -> None:
    first = world.result(command(draft(key="a")))
    again = world.result(command(draft("380442589632", sms("Other"), key="a")))
    same(world, first, again)
    assert accepted(again).recipient == PHONE


def test_a_repeat_needs_no_money_and_no_open_direction(world: World) -> None:
    first = world.result(command(draft(key="a")))
    world.stop(PHONE)
    again = world.result(command(draft(PHONE, sms("", "Stranger"), key="a")))
    same(world, first, again)


def test_a_key_is_the_accounts_and_the_dialects_own(world: World) -> None:
    asked = command(draft(key="a"))
    assert accepted(world.result(asked)).id == 10
    assert accepted(world.result(asked, world.other)).id == 20
    assert accepted(world.result(replace(asked, dialect="smspager"))).id == 30
    assert accepted(world.result(replace(asked, dialect="smspager"))).repeated


def test_an_account_that_does_not_deduplicate(world: World) -> None:
    world.change(deduplicates=False)
    assert ids(world.result(command(draft(key="a"), draft(key="a"))).items) == [10, 20]
    assert ids(world.result(command(draft(key="a"))).items) == [30]
    world.change(deduplicates=True)
    assert ids(world.result(command(draft(key="a"))).items) == [40]


def test_a_key_is_not_used_up_by_a_rejection(world: World) -> None:
    world.stop(PHONE)
    assert reasons(world.result(command(draft(key="a"))).items) == [Rejection.STOPPED]
    world.write(lambda tx: stops.remove(tx, world.demo, [PHONE], 0))
    assert ids(world.result(command(draft(key="a"))).items) == [10]


@pytest.mark.parametrize("key", ["", None])
def test_no_key_is_no_repeat(world: World, key: str | None) -> None:
    assert ids(world.result(command(draft(key=key), draft(key=key))).items) == [10, 20]


# --- groups


def test_a_group_is_joined_by_its_key(world: World) -> None:
    first = world.result(command(draft(PHONES[0]), group=Group("spring")))
    second = world.result(command(draft(PHONES[1]), draft(PHONES[2]), group=Group("spring")))
    assert first.campaign == second.campaign == CampaignRef(CampaignId(1), "spring")
    found = world.read(lambda tx: campaigns.message_ids(tx, [CampaignId(1)]))
    assert found == {1: [10, 20, 30]}


def test_a_group_is_joined_in_the_same_batch(world: World) -> None:
    orders = [Order(world.principal(), command(draft(phone), group=Group("spring"))) for phone in PHONES[:2]]
    answers = world.accept(*orders)
    assert {answer.campaign for answer in answers if isinstance(answer, SendResult)} == {
        CampaignRef(CampaignId(1), "spring")
    }


@pytest.mark.parametrize("together", [True, False])
def test_an_exclusive_group_is_not_joined(world: World, together: bool) -> None:
    order = Order(world.principal(), command(draft(), group=Group("7", exclusive=True)))
    answers = world.accept(order, order) if together else [*world.accept(order), *world.accept(order)]
    assert isinstance(answers[0], SendResult)
    assert isinstance(answers[1], RequestError)
    assert (answers[1].failure, world.count()) == (Failure.DUPLICATE_GROUP, 1)


def test_a_groups_key_is_not_used_up_when_nothing_was_stored(world: World) -> None:
    asked = command(draft("x"), group=Group("7", exclusive=True), whole=True)
    for _ in range(2):
        assert reasons(world.result(asked).items) == [Rejection.BAD_RECIPIENT]
    assert world.result(replace(asked, drafts=(draft(),))).campaign == CampaignRef(CampaignId(1), "7")


def test_groups_without_a_key_are_named_by_their_ids(world: World) -> None:
    refs = [world.result(command(draft(phone), group=Group(None))).campaign for phone in PHONES[:2]]
    assert refs == [CampaignRef(CampaignId(1), "1"), CampaignRef(CampaignId(2), "2")]


def test_a_name_that_a_client_took_is_not_given_to_another_group(world: World) -> None:
    world.result(command(draft(), group=Group("2")))
    ref = world.result(command(draft(), group=Group(None))).campaign
    assert ref is not None
    assert (ref.id, ref.key) == (2, "2_")


def test_a_groups_key_is_the_accounts_own(world: World) -> None:
    world.result(command(draft(), group=Group("7", exclusive=True)))
    ref = world.result(command(draft(), group=Group("7", exclusive=True)), world.other).campaign
    assert ref == CampaignRef(CampaignId(2), "7")


def test_a_group_remembers_its_first_message(world: World) -> None:
    due = NOON_IN_MOSCOW + timedelta(minutes=5)
    drafts = [draft("x"), draft(PHONES[0], viber(), due=due), draft(PHONES[1], sms("Other"))]
    world.result(command(*drafts, group=Group("a")))
    stored = world.read(lambda tx: campaigns.by_key(tx, world.demo, "prontosms", "a"))
    assert stored is not None
    assert (stored.sender, stored.text) == ("Tolmach", "Hello")
    assert stored.sends_at == world.read(lambda tx: messages.by_ids(tx, [10]))[10].due_at


def test_no_group_was_asked_for(world: World) -> None:
    assert world.result(command()).campaign is None
