import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from tests.services.visiting import person
from tests.services.world import SMS_PRICE, World, command, draft
from tolmach.core.commands.campaigns import BrowseCampaigns, PauseCampaign, ShowCampaign, StopCampaign
from tolmach.core.delivery import Busy, Sent
from tolmach.core.drafts import Group
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId, CampaignId
from tolmach.core.results.campaigns import CampaignProgress
from tolmach.core.status import Status
from tolmach.core.users import Role
from tolmach.services import timelines
from tolmach.services.acceptance import Order, accept
from tolmach.services.reception import ForbiddenError
from tolmach.store import campaigns, ledger, pauses
from tolmach.store.database import Tx

PHONES = [f"7903000000{number}" for number in range(10)]
WALL = datetime(2026, 3, 2, 15, 0)  # noqa: DTZ001 - noon in UTC, as Moscow sees it


def send(world: World, key: str | None, *phones: str, after: int = 0, id_: AccountId | None = None) -> list[int]:
    """Send a campaign (``after`` so many minutes); return its messages."""
    due = WALL + timedelta(minutes=after) if after else None
    items = world.result(command(*(draft(phone, due=due) for phone in phones), group=Group(key)), id_).items
    return [item.id for item in items]  # type: ignore[union-attr]


async def progress(world: World, number: int = 1) -> CampaignProgress:
    found = await (await person(world, "vera", Role.VIEWER)).ask(ShowCampaign(number))
    assert found is not None
    return found


async def change(world: World, asked: PauseCampaign | StopCampaign) -> int:
    return await (await person(world, "sam", Role.SENDER)).ask(asked)


async def test_pages_go_from_the_newest_on(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    for key in "abc":
        send(world, key, *PHONES[:2])
    first = await viewer.ask(BrowseCampaigns(limit=2))
    second = await viewer.ask(BrowseCampaigns(limit=2, before=first.before))
    assert [[row.key for row in page.rows] for page in (first, second)] == [["c", "b"], ["a"]]
    assert second.before == 0
    row = second.rows[0]
    assert (row.id, row.dialect, row.sender, row.text, row.paused) == (1, "prontosms", "Tolmach", "Hello", False)
    assert f"{row.sends_at:%H:%M %Z}" == "15:00 MSK"


async def test_progress_in_numbers(world: World) -> None:
    send(world, "spring", *PHONES[:4])
    claimed = world.claim(limit=3)
    for submission in claimed:
        world.settle(submission, Sent((str(submission.leg),)))
    world.receive((f"{claimed[0].leg}", Status.DELIVERED), (f"{claimed[1].leg}", Status.UNDELIVERED))
    found = await progress(world)
    assert found.counts == {Status.DELIVERED: 1, Status.UNDELIVERED: 1, Status.SENT: 1, Status.QUEUED: 1}
    assert (found.total, found.charged, found.unsent, found.held, found.live) == (4, 3 * SMS_PRICE, 1, 0, 2)


async def test_what_is_paused_is_sent_only_when_it_is_resumed(world: World) -> None:
    send(world, "spring", *PHONES[:3])
    (in_hand,) = world.claim(limit=1)
    assert await change(world, PauseCampaign(1)) == 2
    world.settle(in_hand, Sent(("7",)))
    assert not world.claim()
    found = await progress(world)
    assert (found.row.paused, found.held, found.unsent) == (True, 2, 2)
    assert await change(world, PauseCampaign(1)) == 0
    world.wait(minutes=30)
    assert await change(world, PauseCampaign(1, resumes=True)) == 2
    assert len(world.claim()) == 2
    assert not (await progress(world)).row.paused


async def test_what_is_scheduled_keeps_its_time(world: World) -> None:
    send(world, "later", *PHONES[:2], after=60)
    await change(world, PauseCampaign(1))
    world.wait(minutes=30)
    await change(world, PauseCampaign(1, resumes=True))
    assert not world.claim()
    world.wait(minutes=30)
    assert len(world.claim()) == 2


async def test_what_a_link_was_too_busy_for_is_paused_too(world: World) -> None:
    send(world, "spring", PHONES[0])
    (submission,) = world.claim()
    world.settle(submission, Busy(60))
    assert await change(world, PauseCampaign(1)) == 1
    world.wait(minutes=5)
    assert not world.claim()


async def test_what_joins_a_paused_campaign_is_held(world: World) -> None:
    send(world, "spring", *PHONES[:1])
    await change(world, PauseCampaign(1))
    send(world, "spring", *PHONES[1:3])
    assert not world.claim()
    assert (await progress(world)).held == 3
    assert await change(world, PauseCampaign(1, resumes=True)) == 3
    send(world, "spring", PHONES[4])
    assert len(world.claim()) == 4


async def test_what_is_never_resumed_expires_and_its_money_comes_back(world: World) -> None:
    (message, _) = send(world, "spring", *PHONES[:2])
    await change(world, PauseCampaign(1))

    def lapse() -> int:
        return world.write(lambda tx: world.delivery.lapse_paused(tx, "worker", world.clock.now(), 100))[1]

    assert lapse() == 0
    told = world.read(lambda tx: timelines.timeline(tx, message, world.clock.now()))
    assert str(told.conclusion).startswith("Waiting until somebody resumes its campaign")
    world.wait(hours=25)
    assert lapse() == 2
    found = await progress(world)
    assert (found.counts, found.charged, found.live) == ({Status.EXPIRED: 2}, 0, 0)
    account = world.account()
    balance = world.read(lambda tx: ledger.balances_of(tx, [account.id])[account.id])
    assert balance.held == 0
    assert await change(world, PauseCampaign(1, resumes=True)) == 0


async def test_what_is_paused_can_be_cancelled(world: World) -> None:
    send(world, "spring", *PHONES[:3])
    (in_hand,) = world.claim(limit=1)
    await change(world, PauseCampaign(1))
    assert await change(world, StopCampaign(1)) == 2
    world.settle(in_hand, Sent(("7",)))
    assert (await progress(world)).counts == {Status.CANCELLED: 2, Status.SENT: 1}


async def test_those_of_another_account_are_not_there(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    send(world, "theirs", *PHONES[:2], id_=world.other)
    assert not (await viewer.ask(BrowseCampaigns())).rows
    assert await viewer.ask(ShowCampaign(1)) is None
    for asked in (PauseCampaign(1), PauseCampaign(1, resumes=True), StopCampaign(1)):
        with pytest.raises(RequestError) as refused:
            await change(world, asked)
        assert refused.value.failure is Failure.UNKNOWN_GROUP
    assert len(world.claim()) == 2


async def test_a_viewer_only_looks(world: World) -> None:
    send(world, "spring", PHONES[0])
    viewer = await person(world, "vera", Role.VIEWER)
    for asked in (PauseCampaign(1), StopCampaign(1)):
        with pytest.raises(ForbiddenError):
            await viewer.ask(asked)


async def test_what_a_moderator_approves_meanwhile_is_held(world: World) -> None:
    world.change(moderation="all")
    messages = send(world, "spring", *PHONES[:2])
    found = await progress(world)
    assert (found.counts, found.unsent) == ({Status.ON_MODERATION: 2}, 2)
    await change(world, PauseCampaign(1))
    world.write(lambda tx: world.delivery.release(tx, messages, world.clock.now()))
    assert not world.claim()
    assert (await progress(world)).held == 2
    assert await change(world, PauseCampaign(1, resumes=True)) == 2
    assert len(world.claim()) == 2


def test_what_joins_a_campaign_while_somebody_pauses_it_is_held_too(world: World) -> None:
    """A long list is accepted piece by piece: one of them is nearly always under way."""
    if not world.database.place.shared:
        pytest.skip("a file has one writer")
    send(world, "spring", PHONES[0])
    order = Order(world.principal(), command(draft(PHONES[1]), group=Group("spring")))

    def hold(tx: Tx) -> int:
        campaigns.pause(tx, CampaignId(1), 5)
        return pauses.hold(tx, CampaignId(1))

    def waits() -> bool:
        asked = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(world.read(lambda tx: tx.execute(asked).scalar_one()))

    def join(tx: Tx) -> "Future[int]":
        accept(tx, world.catalogue, [order], world.clock.now())
        pausing = threads.submit(world.write, hold)
        while not pausing.done() and not waits():
            time.sleep(0.01)
        return pausing

    with ThreadPoolExecutor(1) as threads:
        assert world.write(join).result() == 2
    assert world.claim() == []
