"""What a link asks of the store: after a restart it goes on where the earlier process stopped."""

import pytest

from tests.services.world import BALANCE, GRACE, LINK, PHONE, SMS_PRICE, World, sms, viber
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent, Submission
from tolmach.core.drafts import Success
from tolmach.core.money import Money
from tolmach.core.ports import Awaited
from tolmach.core.status import Status
from tolmach.services.books import StoredBooks
from tolmach.services.progress import Effects
from tolmach.store import costs


def books(world: World, drawn: int = 12_345) -> tuple[StoredBooks, list[Effects]]:
    effects: list[Effects] = []
    return StoredBooks(world.database, world.delivery, world.clock, drawn, effects.append), effects


def lose(world: World, detail: str = "no answer in time") -> Submission:
    return world.submit(Lost(detail))


async def test_the_number_of_an_installation_never_changes(world: World) -> None:
    assert await books(world)[0].series() == 12_345
    assert await books(world, 99_999)[0].series() == 12_345


async def test_parts_that_wait(world: World) -> None:
    id_ = world.send()
    one = world.submit(Sent(("abc",)))
    until = one.expires_at + GRACE
    assert await books(world)[0].awaited(LINK) == [Awaited("abc", until)]
    assert await books(world)[0].awaited("other") == []
    world.receive(("abc", Status.DELIVERED))
    assert await books(world)[0].awaited(LINK) == []
    assert world.state(id_).status is Status.DELIVERED


async def test_a_message_that_is_to_be_read_waits_although_it_is_delivered(world: World) -> None:
    world.send(viber(Success.READ), sms())
    world.submit(Sent(("abc",)))
    world.receive(("abc", Status.DELIVERED))
    (part,) = await books(world)[0].awaited(LINK)
    assert (part.provider_id, part.readable) == ("abc", True)


async def test_lost_legs_wait_for_their_answer(world: World) -> None:
    world.send()
    lost = lose(world)
    (doubt,) = await books(world)[0].doubts(LINK)
    assert doubt.submission == lost._replace(attempt=0)
    assert await books(world)[0].doubts("other") == []


async def test_a_lost_leg_that_was_taken_after_all(world: World) -> None:
    id_ = world.send()
    lost = lose(world)
    assert world.money() == (BALANCE - SMS_PRICE, SMS_PRICE)
    ours, _ = books(world)
    for _ in range(2):  # the second time it changes nothing
        assert await ours.resolve(LINK, lost, Sent(("abc",)))
    assert world.money() == (BALANCE - SMS_PRICE, 0)  # charged as if its answer had come
    assert await ours.doubts(LINK) == []
    assert [part.provider_id for part in await ours.awaited(LINK)] == ["abc"]
    world.receive(("abc", Status.DELIVERED))
    assert world.legs(id_) == [(Status.DELIVERED, SMS_PRICE)]


async def test_a_status_that_came_before_its_leg_was_found(world: World) -> None:
    id_ = world.send()
    lost = lose(world)
    assert world.receive(("abc", Status.DELIVERED))[1] == 1
    ours, effects = books(world)
    assert await ours.resolve(LINK, lost, Sent(("abc",)))
    assert world.legs(id_) == [(Status.DELIVERED, SMS_PRICE)]
    assert any(one.callbacks for one in effects)


async def test_a_lost_leg_that_was_refused(world: World) -> None:
    id_ = world.send()
    lost = lose(world)
    ours, effects = books(world)
    assert await ours.resolve(LINK, lost, Refused("no-money", permanent=False))
    assert world.legs(id_) == [(Status.REFUSED, 0)]
    assert world.money() == (BALANCE, 0)
    assert await ours.resolve(LINK, lost, Sent(("abc",)))  # too late: it is final
    assert world.legs(id_) == [(Status.REFUSED, 0)]
    assert effects[0].callbacks


async def test_a_refused_step_of_a_cascade_makes_room_for_the_next(world: World) -> None:
    world.send(viber(), sms())
    lost = lose(world)
    ours, effects = books(world)
    assert await ours.resolve(LINK, lost, Refused("not here"))
    assert effects[0].steps
    (following,) = world.claim()
    assert following.recipient == PHONE


@pytest.mark.parametrize("outcome", [Busy(5), Lost("still")])
async def test_what_is_not_known_yet_changes_nothing(world: World, outcome: Outcome) -> None:
    world.send()
    lost = lose(world)
    assert await books(world)[0].resolve(LINK, lost, outcome)
    assert len(await books(world)[0].doubts(LINK)) == 1


async def test_a_loss_that_is_not_stored_yet(world: World) -> None:
    world.send()
    (submission,) = world.claim()
    assert not await books(world)[0].resolve(LINK, submission, Sent(("abc",)))


async def test_prices(world: World) -> None:
    ours, _ = books(world)
    await ours.price(LINK, {})
    await ours.price(LINK, {"abc": Money(5), "def": Money(6)})
    await ours.price(LINK, {"abc": Money(7)})
    assert world.read(lambda tx: costs.of_parts(tx, LINK, ["abc", "def", "x"])) == {"abc": 7, "def": 6}
