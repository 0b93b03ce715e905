from datetime import datetime, timedelta

import pytest

from tests.services.world import BALANCE, SMS_PRICE, World, command, draft
from tolmach.core.commands import CancelScheduled, ListScheduled
from tolmach.core.ids import AccountId
from tolmach.core.results import SchedulePage
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.services import schedule
from tolmach.services.bookmarks import Bookmarks
from tolmach.services.context import Context
from tolmach.store.database import Tx


def context(world: World, tx: Tx, owner: AccountId | None = None, bookmarks: Bookmarks | None = None) -> Context:
    now, kept = world.clock.now(), bookmarks or Bookmarks()
    return Context(tx, world.catalogue.at(tx), world.account(owner), now, world.delivery, kept)


def page(
    world: World, number: int = 1, owner: AccountId | None = None, bookmarks: Bookmarks | None = None
) -> SchedulePage:
    asked = ListScheduled(number)
    return world.read(lambda tx: schedule.list_scheduled(context(world, tx, owner, bookmarks), asked))


def cancel(world: World, *ids: object, owner: AccountId | None = None) -> list[bool]:
    asked = CancelScheduled([str(id_) for id_ in ids])
    return list(world.write(lambda tx: schedule.cancel_scheduled(context(world, tx, owner), asked)).items)


def later(world: World, hours: int, owner: AccountId | None = None) -> int:
    wall: datetime = to_wall(world.clock.now() + timedelta(hours=hours), "Europe/Moscow").replace(tzinfo=None)
    (item,) = world.result(command(draft(due=wall)), owner).items
    return int(item.id)  # type: ignore[union-attr]


def test_what_waits_is_listed_soonest_first(world: World) -> None:
    late, soon = later(world, 5), later(world, 2)
    world.send()
    later(world, 1, world.other)
    listed = page(world)
    assert [one.id for one in listed.items] == [soon, late]
    assert (listed.page, listed.pages) == (1, 1)
    assert listed.items[0].sends_at == world.clock.now() + timedelta(hours=2)
    world.wait(hours=3)
    assert [one.id for one in page(world).items] == [late]


def test_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "PAGE", 2)
    ids = [later(world, hours) for hours in range(1, 6)]
    assert [[one.id for one in page(world, number).items] for number in (1, 2, 3, 4)] == [
        ids[:2],
        ids[2:4],
        ids[4:],
        [],
    ]
    assert page(world).pages == 3


def test_a_page_begins_where_the_one_before_it_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "PAGE", 2)
    ids, bookmarks = [later(world, hours) for hours in (1, 2, 2, 2, 3)], Bookmarks()
    assert [one.id for one in page(world, 1, bookmarks=bookmarks).items] == ids[:2]
    cancel(world, *ids[:2])
    second = page(world, 2, bookmarks=bookmarks)
    assert ([one.id for one in second.items], second.pages) == (ids[2:4], 3)
    assert [one.id for one in page(world, 3, bookmarks=bookmarks).items] == ids[4:]
    again = page(world, 1, bookmarks=bookmarks)
    assert ([one.id for one in again.items], again.pages) == (ids[2:4], 2)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_pages_in_any_order_are_those_of_the_whole_list(
    world: World, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(schedule, "PAGE", 2)
    ids, bookmarks = [later(world, 1) for _ in range(count)], Bookmarks()
    for number in (3, 2, 4, 1, 3):
        found = page(world, number, bookmarks=bookmarks)
        assert [one.id for one in found.items] == ids[2 * number - 2 : 2 * number]
        assert found.pages == max(1, (count + 1) // 2)


def test_a_cancelled_message_gives_its_money_back_and_is_gone(world: World) -> None:
    first, second = later(world, 1), later(world, 2)
    assert world.money() == (BALANCE - 2 * SMS_PRICE, 2 * SMS_PRICE)
    assert cancel(world, second, second, "x", 999_990) == [True, False, False, False]
    assert [one.id for one in page(world).items] == [first]
    assert world.money() == (BALANCE - SMS_PRICE, SMS_PRICE)
    assert world.state(second).status is Status.CANCELLED
    assert cancel(world, second) == [False]


def test_what_is_due_or_of_another_is_not_cancelled(world: World) -> None:
    now, foreign, soon = world.send(), later(world, 1, world.other), later(world, 1)
    assert cancel(world, now, foreign) == [False, False]
    world.wait(hours=2)
    assert cancel(world, soon) == [False]


def test_what_can_be_cancelled_nobody_claims_before_it_is(world: World) -> None:
    """Else it would be told to be cancelled, and be sent."""
    if not world.database.place.shared:
        pytest.skip("a file has one writer")
    number = world.send()
    assert world.write(lambda tx: (world.delivery.cancellable(tx, [number]), world.claim())) == ([number], [])
