import pytest

from tests.services.world import LINK, World
from tolmach.core.delivery import Sent
from tolmach.services import addedlinks
from tolmach.services.administration import ConflictError, NotFoundError
from tolmach.store import addedlinks as stored


def add(world: World, *names: str) -> None:
    links = [(name, "{}") for name in names]
    world.write(lambda tx: addedlinks.add_all(tx, links, ["configured"], world.clock.now()))


def remove(world: World, name: str) -> int:
    return world.write(lambda tx: addedlinks.remove(tx, name, ["configured"], world.clock.now()))


@pytest.mark.parametrize("name", ["configured", "there", "leaving"])
def test_a_name_is_taken_once_and_nothing_is_added_then(world: World, name: str) -> None:
    add(world, "there", "leaving")
    remove(world, "leaving")
    with pytest.raises(ConflictError, match=name):
        add(world, "other", name)
    assert [one.name for one in world.read(stored.everything)] == ["there", "leaving"]


def test_what_cannot_be_removed(world: World) -> None:
    add(world, "there")
    with pytest.raises(ConflictError, match="stands in the settings"):
        remove(world, "configured")
    with pytest.raises(NotFoundError, match="did you mean there"):
        remove(world, "theer")


def test_it_is_told_what_waits_for_receipts(world: World) -> None:
    add(world, LINK)
    world.send()
    world.submit(Sent(("1", "2")))
    assert remove(world, LINK) == 2
