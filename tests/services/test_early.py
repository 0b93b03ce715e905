"""Receipts that are faster than the answer which names their message."""

import asyncio

import pytest

from tests.services.world import LINK, PHONE, World
from tolmach.core.delivery import Lost, Receipt, Sent
from tolmach.core.ids import LegId
from tolmach.core.status import Status
from tolmach.services import early
from tolmach.services.delivery import Submitted
from tolmach.services.early import EarlyReceipts, Held

LEG, OTHER = LegId(11), LegId(21)


def receipt(world: World, name: str = "a", status: Status = Status.DELIVERED, link: str = LINK) -> Receipt:
    return Receipt(link, name, status, world.clock.now())


async def test_a_receipt_is_held_until_its_leg_is_stored(world: World) -> None:
    ours, told = EarlyReceipts(), receipt(world)
    assert ours.hold(told) is None  # nobody has named it
    ours.expect(LEG, LINK, "a")
    held = ours.hold(told)
    assert held is not None
    assert ours.of([(LINK, Lost("no")), (LINK, Sent(("b", "a")))]) == [held]
    assert not held.stored.done()
    ours.release([LEG], [held])
    assert await held.stored is True
    assert ours.hold(told) is None  # from now on it is looked for in the store


def two_held(world: World) -> tuple[EarlyReceipts, Held, Held]:
    """Two receipts that wait for the same leg."""
    ours = EarlyReceipts()
    ours.expect(LEG, LINK, "a")
    first, second = ours.hold(receipt(world)), ours.hold(receipt(world, status=Status.READ))
    assert first is not None
    assert second is not None
    return ours, first, second


async def test_what_came_while_its_leg_was_written_goes_the_usual_way(world: World) -> None:
    ours, first, late = two_held(world)
    ours.release([LEG], [first])
    assert (await first.stored, await late.stored) == (True, False)


async def test_names_that_the_outcome_does_not_have_are_let_go(world: World) -> None:
    """Its second part was lost, so that nothing is said of the first."""
    ours = EarlyReceipts()
    ours.expect(LEG, LINK, "a")
    ours.expect(OTHER, LINK, "b")
    held, other = ours.hold(receipt(world)), ours.hold(receipt(world, "b"))
    assert held is not None
    assert other is not None
    assert ours.of([(LINK, Lost("no answer in time"))]) == []
    ours.release([LEG])
    assert await held.stored is False
    assert not other.stored.done()


async def test_a_name_belongs_to_a_link_and_to_the_first_leg(world: World) -> None:
    ours = EarlyReceipts()
    ours.expect(LEG, LINK, "a")
    ours.expect(OTHER, LINK, "a")
    assert ours.hold(receipt(world, link="other")) is None
    ours.release([OTHER])
    assert ours.hold(receipt(world)) is not None
    ours.release([LEG])
    assert ours.hold(receipt(world)) is None


async def test_while_nothing_can_be_stored_links_are_told_so(world: World) -> None:
    ours = EarlyReceipts()
    ours.expect(LEG, LINK, "a")
    held = ours.hold(receipt(world))
    assert held is not None
    ours.let_go([LEG, OTHER])
    assert await held.stored is False
    assert ours.of([(LINK, Sent(("a",)))]) == []
    again = ours.hold(receipt(world))  # it is still on its way to the store
    assert again is not None
    assert ours.of([(LINK, Sent(("a",)))]) == [again]


async def test_what_has_waited_long_goes_the_usual_way(world: World) -> None:
    ours, first, second = two_held(world)
    ours.withdraw([first])
    assert await first.stored is False
    assert ours.of([(LINK, Sent(("a",)))]) == [second]
    ours.release([LEG], [second])
    ours.withdraw([second])  # too late
    assert await second.stored is True


async def test_no_more_are_held_than_fit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "MOST", 1)
    ours = EarlyReceipts()
    ours.expect(LEG, LINK, "a")
    assert ours.hold(receipt(world)) is not None
    assert ours.hold(receipt(world)) is None
    ours.let_go([LEG])
    assert ours.hold(receipt(world)) is not None


async def test_who_no_longer_waits_is_not_told(world: World) -> None:
    ours = EarlyReceipts()
    ours.expect(LEG, LINK, "a")
    held = ours.hold(receipt(world))
    assert held is not None
    held.stored.cancel()
    await asyncio.sleep(0)
    ours.release([LEG], [held])
    assert held.stored.cancelled()


def test_a_leg_is_stored_with_its_early_receipt(world: World) -> None:
    id_ = world.send(phone=PHONE)
    (submission,) = world.claim()
    answer = Submitted(submission, LINK, Sent(("abc",)), 0)
    told, now = receipt(world, "abc"), world.clock.now()
    assert world.write(lambda tx: world.delivery.settle(tx, [answer], now, [told])).callbacks
    assert [status for status, _ in world.legs(id_)] == [Status.DELIVERED]
    assert world.receive(("abc", Status.DELIVERED))[1] == 0  # the carrier repeats it: it is known
