from datetime import datetime, timedelta

import pytest

from tests.services.world import BALANCE, SMS_PRICE, VIBER_PRICE, World, command, draft, sms, viber
from tolmach.core.commands import CancelCampaign, GetCampaign, ListCampaigns
from tolmach.core.delivery import Sent
from tolmach.core.drafts import ChargeOn, Group
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.results import CampaignDetail
from tolmach.core.status import Status
from tolmach.services import campaigns

S = Status
PHONES = [f"7903000000{number}" for number in range(10)]
WALL = datetime(2026, 3, 2, 15, 0)  # noqa: DTZ001  # noon in UTC, as Moscow sees it


def send(world: World, key: str | None, *phones: str, id_: AccountId | None = None, after: int = 0) -> None:
    due = WALL + timedelta(minutes=after) if after else None
    world.result(command(*(draft(phone, due=due) for phone in phones), group=Group(key)), id_)


def get(world: World, reference: str, *, id_: AccountId | None = None, system_ids: bool = True) -> CampaignDetail:
    account, asked = world.account(id_), GetCampaign("prontosms", reference, system_ids)
    return world.read(lambda tx: campaigns.get_campaign(tx, account, asked))


def cancel(world: World, reference: str, *, id_: AccountId | None = None, dry_run: bool = False) -> int:
    account, asked = world.account(id_), CancelCampaign("prontosms", reference, system_ids=True, dry_run=dry_run)
    now = world.clock.now()
    return world.write(lambda tx: campaigns.cancel_campaign(tx, world.delivery, account, asked, now)).count


def listed(
    world: World, start: datetime | None = None, stop: datetime | None = None, sender: str = "", recipient: str = ""
) -> list[str]:
    account, asked = world.account(), ListCampaigns("prontosms", start, stop, sender, recipient)
    return [found.key for found in world.read(lambda tx: campaigns.list_campaigns(tx, account, asked)).campaigns]


def test_a_campaign_in_numbers(world: World) -> None:
    send(world, "spring", *PHONES[:4])
    claimed = world.claim(limit=3)
    for submission in claimed:
        world.settle(submission, Sent((str(submission.leg),)))
    world.receive((f"{claimed[0].leg}", S.DELIVERED), (f"{claimed[1].leg}", S.UNDELIVERED))
    detail = get(world, "spring")
    summary = detail.summary
    assert summary.counts == {S.DELIVERED: 1, S.UNDELIVERED: 1, S.SENT: 1, S.QUEUED: 1}
    assert (summary.id, summary.key, summary.total, summary.text, summary.sender) == (
        1,
        "spring",
        4,
        "Hello",
        "Tolmach",
    )
    assert (summary.sends_at, summary.sends_at.utcoffset()) == (world.clock.now(), timedelta(hours=3))
    assert summary.cost == 4 * SMS_PRICE
    assert [one.recipient for one in detail.recipients] == PHONES[:4]
    assert sum(one.changed_at is None for one in detail.recipients) == 1


def test_the_cost_is_what_was_charged_or_is_held(world: World) -> None:
    asked = command(draft(PHONES[0], viber(), sms()), draft(PHONES[1]), group=Group("a"), charge_on=ChargeOn.DELIVERED)
    world.result(asked)
    assert get(world, "a").summary.cost == VIBER_PRICE + 2 * SMS_PRICE
    for submission in world.claim():
        world.settle(submission, Sent((str(submission.leg),)))
    world.receive(("11", S.DELIVERED), ("21", S.UNDELIVERED))
    assert get(world, "a").summary.cost == VIBER_PRICE
    assert world.money() == (BALANCE - VIBER_PRICE, 0)


def test_a_campaign_is_found_by_the_clients_key_first(world: World) -> None:
    send(world, "2", PHONES[0])
    send(world, "x", PHONES[1])
    assert (get(world, "2").summary.id, get(world, "2").by_system_id) == (1, False)
    assert (get(world, "1").summary.id, get(world, "1").by_system_id) == (1, True)
    assert (get(world, "x").summary.id, get(world, "x").by_system_id) == (2, False)


def test_a_campaign_that_the_system_named_is_found_by_its_id(world: World) -> None:
    send(world, None, PHONES[0])
    assert get(world, "1").by_system_id
    assert not get(world, "1", system_ids=False).by_system_id


@pytest.mark.parametrize("reference", ["3", "0", "", "spring ", "Spring", "1' OR 1=1", "9" * 30])
def test_a_campaign_that_there_is_not(world: World, reference: str) -> None:
    send(world, "spring", PHONES[0])
    for ask in (get, cancel):
        with pytest.raises(RequestError) as caught:
            ask(world, reference)
        assert caught.value.failure is Failure.UNKNOWN_GROUP


def test_without_system_ids_only_the_key_finds_it(world: World) -> None:
    send(world, "spring", PHONES[0])
    with pytest.raises(RequestError):
        get(world, "1", system_ids=False)


@pytest.mark.parametrize("reference", ["spring", "1"])
def test_another_accounts_campaign_is_not_there(world: World, reference: str) -> None:
    send(world, "spring", PHONES[0])
    for ask in (get, cancel):
        with pytest.raises(RequestError) as caught:
            ask(world, reference, id_=world.other)
        assert caught.value.failure is Failure.UNKNOWN_GROUP
    assert world.state(10).status is S.QUEUED


def test_campaigns_of_a_span_of_the_accounts_time(world: World) -> None:
    send(world, "now", PHONES[0])
    send(world, "in an hour", PHONES[1], after=60)
    send(world, "in two", PHONES[2], after=120)
    send(world, "theirs", PHONES[3], id_=world.other)
    assert listed(world) == ["now", "in an hour", "in two"]
    hour = WALL + timedelta(hours=1)
    assert listed(world, hour) == ["in an hour", "in two"]
    assert listed(world, None, hour) == ["now", "in an hour"]
    assert listed(world, hour, hour) == ["in an hour"]
    assert listed(world, datetime(1, 1, 1), datetime(9999, 12, 31)) == ["now", "in an hour", "in two"]  # noqa: DTZ001


def test_a_large_campaign_is_summed_up_piece_by_piece(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigns, "CHUNK", 3)
    send(world, "spring", *PHONES)
    account = world.account()
    (found,) = world.read(lambda tx: campaigns.list_campaigns(tx, account, ListCampaigns("prontosms"))).campaigns
    assert (found.counts, found.total, found.cost) == ({S.QUEUED: 10}, 10, 10 * SMS_PRICE)


def test_cancelling_a_campaign(world: World) -> None:
    send(world, "spring", *PHONES[:3])
    send(world, "other", PHONES[3])
    world.claim(limit=1)
    assert cancel(world, "spring", dry_run=True) == 2
    assert get(world, "spring").summary.counts == {S.QUEUED: 3}
    assert cancel(world, "spring") == 2
    assert get(world, "spring").summary.counts == {S.QUEUED: 1, S.CANCELLED: 2}
    assert cancel(world, "spring") == 0
    assert get(world, "other").summary.counts == {S.QUEUED: 1}
    assert get(world, "spring").summary.cost == SMS_PRICE
    assert world.money() == (BALANCE - 2 * SMS_PRICE, 2 * SMS_PRICE)


@pytest.mark.parametrize(
    ("sender", "recipient", "keys"),
    [
        ("tol%", "", ["spring", "summer"]),
        ("tol", "", []),
        ("", PHONES[1], ["spring"]),
        ("", "%0000002", ["spring", "summer"]),
        ("Tolmach", "7916%", []),
    ],
)
def test_campaigns_by_sender_and_recipient(world: World, sender: str, recipient: str, keys: list[str]) -> None:
    send(world, "spring", *PHONES[:3])
    send(world, "summer", *PHONES[2:4])
    assert listed(world, sender=sender, recipient=recipient) == keys


def test_of_a_campaign_only_the_messages_to_such_recipients_count(world: World) -> None:
    send(world, "spring", *PHONES[:3])
    account, asked = world.account(), ListCampaigns("prontosms", recipient="%1")
    (found,) = world.read(lambda tx: campaigns.list_campaigns(tx, account, asked)).campaigns
    assert (found.total, found.cost) == (1, SMS_PRICE)


def test_what_is_being_given_to_a_carrier_is_in_hand(world: World) -> None:
    send(world, "spring", *PHONES[:3])
    claimed = world.claim(limit=2)
    world.settle(claimed[0], Sent(("x",)))
    assert [one.in_hand for one in get(world, "spring").recipients] == [False, True, False]
