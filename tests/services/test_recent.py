import pytest

from tests.services.world import World
from tolmach.services.recent import RecentMessages
from tolmach.store import messages
from tolmach.store.database import Tx


def test_a_message_is_read_once(world: World) -> None:
    id_ = world.send()
    recent = RecentMessages()
    (first,) = world.read(lambda tx: recent.by_ids(tx, [id_])).values()
    assert world.read(lambda tx: recent.by_ids(tx, [id_]))[id_] is first
    assert world.read(lambda tx: messages.by_ids(tx, [id_]))[id_] == first


def test_only_who_was_asked_for_is_found(world: World) -> None:
    ids = [world.send(phone=f"7903000000{number}") for number in range(3)]
    recent = RecentMessages()
    assert set(world.read(lambda tx: recent.by_ids(tx, ids))) == set(ids)
    assert set(world.read(lambda tx: recent.by_ids(tx, [ids[1], 990]))) == {ids[1]}
    assert world.read(lambda tx: recent.by_ids(tx, [])) == {}


def test_a_message_that_there_is_not_may_come_later(world: World) -> None:
    recent = RecentMessages()
    assert world.read(lambda tx: recent.by_ids(tx, [10])) == {}
    assert world.send() == 10
    assert set(world.read(lambda tx: recent.by_ids(tx, [10]))) == {10}


def test_memory_is_bounded_and_forgets_the_oldest_half(world: World) -> None:
    ids = [world.send(phone=f"7903000000{number}") for number in range(6)]
    recent = RecentMessages(size=4)
    first = {id_: world.read(lambda tx, one=id_: recent.by_ids(tx, [one]))[id_] for id_ in ids}  # type: ignore[misc]
    again = world.read(lambda tx: recent.by_ids(tx, ids))
    kept = [id_ for id_ in ids if again[id_] is first[id_]]
    assert kept == ids[2:]
    assert dict(again) == first


def test_what_was_only_looked_at_is_not_remembered(world: World) -> None:
    id_ = world.send()
    recent = RecentMessages()
    first = world.read(lambda tx: recent.find(tx, [id_]))[id_]
    again = world.read(lambda tx: recent.find(tx, [id_]))[id_]
    assert again == first
    assert again is not first


def test_a_claim_is_remembered_once_it_is_committed(world: World) -> None:
    id_ = world.send()
    now = world.clock.now()
    _, claimed = world.write(lambda tx: world.delivery.claim(tx, "one", now, 10))
    assert not world.delivery.recent.knows(id_)
    world.delivery.taken("one", claimed)
    assert world.delivery.recent.knows(id_)


def test_a_claim_that_came_to_nothing_is_not_remembered(world: World) -> None:
    id_, now = world.send(), world.clock.now()

    def fail(tx: Tx) -> None:
        world.delivery.claim(tx, "one", now, 10)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        world.write(fail)
    world.delivery.taken("one", [])
    assert not world.delivery.recent.knows(id_)
