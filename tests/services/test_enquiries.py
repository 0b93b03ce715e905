from datetime import timedelta

import pytest

from tests.services.world import (
    BALANCE,
    PHONE,
    SMS_PRICE,
    UKRAINE_PRICE,
    VIBER_PRICE,
    World,
    command,
    draft,
    sms,
    viber,
)
from tolmach.core.commands import GetBalance, GetStates, GetTime, ListSenders
from tolmach.core.content import Channel
from tolmach.core.moderation import Verdict
from tolmach.core.money import Money
from tolmach.core.results import BalanceResult, DirectionBalance, Sender
from tolmach.core.status import Status
from tolmach.services import enquiries, senders
from tolmach.store import tariffs

S = Status


def asked(world: World, *ids: str) -> list[int | None]:
    account = world.account()
    result = world.read(lambda tx: enquiries.get_states(tx, account, GetStates(ids)))
    assert list(result.ids) == list(ids)
    return [None if state is None else state.id for state in result.states]


def balance(world: World) -> BalanceResult:
    account = world.account()
    return world.read(lambda tx: enquiries.get_balance(tx, world.catalogue.at(tx), account, GetBalance()))


def test_states_come_in_the_order_of_the_ids_as_they_were_written(world: World) -> None:
    first, second = world.send(), world.send()
    assert asked(world, f"{second}", f" {first}", "0010", f"{second}", f"{first + 1}") == [20, 10, 10, 20, 11]


@pytest.mark.parametrize("id_", ["30", "12", "19", "1", "0", "-10", "", "ten", "9" * 30, "9007199254740990", "1 0"])
def test_what_there_is_not_answers_none(world: World, id_: str) -> None:
    world.send()
    assert asked(world, id_, "10") == [None, 10]


def test_another_accounts_messages_are_not_there(world: World) -> None:
    mine, theirs = world.send(), world.result(command(), world.other).items[0]
    assert theirs.recipient == PHONE
    assert world.states(mine, mine + 1, 20, 21) == [*world.states(mine, mine + 1), None, None]
    assert world.states(mine, mine + 1, id_=world.other) == [None, None]


def test_a_message_that_waits(world: World) -> None:
    state = world.state(world.send(sms("я" * 71)))
    assert (state.recipient, state.status, state.changed_at, state.legs) == (PHONE, S.QUEUED, None, ())
    assert (state.parts, state.part_price, state.reason, state.client_key) == (2, SMS_PRICE, "", "")
    assert world.state(11).status is S.QUEUED


def test_a_message_shows_its_client_key(world: World) -> None:
    world.result(command(draft(key="mine")))
    assert world.state(10).client_key == "mine"


def test_a_delivered_message_in_the_accounts_time(world: World) -> None:
    id_ = world.send()
    world.submit()
    world.wait(minutes=5)
    world.receive((f"{id_ + 1}", S.DELIVERED))
    state = world.state(id_)
    assert state.changed_at == world.clock.now()
    assert state.changed_at is not None
    assert state.changed_at.utcoffset() == timedelta(hours=3)
    (leg,) = state.legs
    assert (leg.leg, leg.channel, leg.status, leg.changed_at) == (id_ + 1, Channel.SMS, S.DELIVERED, state.changed_at)
    assert (leg.parts, leg.part_price, leg.charged) == (1, SMS_PRICE, SMS_PRICE)


def test_a_cascade_as_a_whole_and_by_its_legs(world: World) -> None:
    id_ = world.send(viber(), sms("я" * 71))
    world.submit()
    world.receive((f"{id_ + 1}", S.UNDELIVERED))
    whole, first, second, third = world.states(id_, id_ + 1, id_ + 2, id_ + 3)
    assert whole is not None
    assert first is not None
    assert second is not None
    assert third is None
    assert (whole.status, first.status, second.status) == (S.SENT, S.UNDELIVERED, S.QUEUED)
    assert (whole.id, first.id, second.id) == (10, 11, 12)
    assert (whole.part_price, first.part_price, second.part_price, second.parts) == (
        VIBER_PRICE,
        VIBER_PRICE,
        SMS_PRICE,
        2,
    )
    assert [leg.leg for leg in whole.legs] == [leg.leg for leg in first.legs] == [11]
    assert second.legs == ()


def test_the_balance_and_what_it_buys(world: World) -> None:
    world.top_up(UKRAINE_PRICE * 3 + SMS_PRICE - 1 - BALANCE)
    result = balance(world)
    assert (result.available, result.currency) == (UKRAINE_PRICE * 3 + SMS_PRICE - 1, "RUB")
    assert list(result.directions) == [
        DirectionBalance("Россия", Channel.SMS, Money(SMS_PRICE), 6),
        DirectionBalance("Россия", Channel.VIBER, Money(VIBER_PRICE), 4),
        DirectionBalance("Украина", Channel.SMS, Money(UKRAINE_PRICE), 3),
    ]


def test_what_is_held_cannot_be_spent(world: World) -> None:
    world.send()
    assert balance(world).available == BALANCE - SMS_PRICE


def test_a_debt_buys_nothing_and_a_free_direction_much(world: World) -> None:
    free = [tariffs.PriceRow("Россия", ("7",), Channel.SMS, Money(0)), *tariffs_of_ukraine()]
    world.write(lambda tx: tariffs.replace(tx, "base", free))
    world.top_up(-BALANCE - 5)
    result = balance(world)
    assert (result.available, [row.count for row in result.directions]) == (-5, [999_999, 0])


def tariffs_of_ukraine() -> list[tariffs.PriceRow]:
    return [tariffs.PriceRow("Украина", ("380",), Channel.SMS, Money(UKRAINE_PRICE))]


def test_closed_directions_are_not_shown(world: World) -> None:
    def close(name: str) -> None:
        number = world.read(lambda tx: tariffs.direction_by_name(tx, name))
        assert number is not None
        world.write(lambda tx: tariffs.set_open_for(tx, world.demo, number, is_open=False))

    close("Россия")
    assert [row.name for row in balance(world).directions] == ["Украина"]
    world.change(tariff_id=None)
    assert list(balance(world).directions) == []


def test_senders(world: World) -> None:
    account = world.account()
    result = world.read(lambda tx: enquiries.list_senders(tx, world.catalogue.at(tx), account, ListSenders()))
    assert not result.any_sender
    default = account.default_sender
    assert list(result.senders) == [Sender("Tolmach", "completed", default == "Tolmach"), Sender("Waits", "order")]


def test_a_client_reads_why_a_sender_was_rejected(world: World) -> None:
    verdict = Verdict(approved=False, by="ann", reason="the letter is not signed")
    world.write(lambda tx: senders.decide(tx, "demo", "Waits", verdict, world.clock.now()))
    account = world.account()
    found = world.read(lambda tx: enquiries.list_senders(tx, world.catalogue.at(tx), account, ListSenders()))
    assert Sender("Waits", "rejected", reason="the letter is not signed") in found.senders


def test_time(world: World) -> None:
    result = enquiries.get_time(world.account(), GetTime(), world.clock.now())
    assert result.now == world.clock.now()
    assert (result.now.hour, result.now.utcoffset()) == (15, timedelta(hours=3))
