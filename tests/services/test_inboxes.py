import pytest

from tests.services.test_inbox import OURS, came, keeper, receive
from tests.services.world import PHONE, World
from tolmach.core.inbox import Wish
from tolmach.services import inboxes
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.store import stops


def add(world: World, number: str = OURS, login: str = "demo", prefix: str = "") -> str:
    return world.write(lambda tx: inboxes.add_number(tx, number, login, prefix, world.clock.now()))


def test_numbers_are_given_and_taken(world: World) -> None:
    assert add(world, "+7 (961) 111-11-11") == OURS
    assert add(world, OURS, "other", "Igra") == OURS
    assert [(one.phone, one.prefix, login) for one, login in world.read(inboxes.numbers)] == [
        (OURS, "", "demo"),
        (OURS, "igra", "other"),
    ]
    with pytest.raises(ConflictError, match="with the prefix IGRA is already other's"):
        add(world, OURS, "demo", "IGRA")
    world.write(lambda tx: inboxes.remove_number(tx, OURS, "IGRA"))
    with pytest.raises(NotFoundError):
        world.write(lambda tx: inboxes.remove_number(tx, OURS, "IGRA"))
    world.write(lambda tx: inboxes.remove_number(tx, "8 961 1111111", ""))
    assert world.read(inboxes.numbers) == []


@pytest.mark.parametrize(
    ("number", "prefix", "words"),
    [
        ("", "", "no number"),
        ("12-x4", "", "no number"),
        ("1234", "two words", "one word"),
        ("1234", "x" * 33, "one word"),
    ],
)
def test_what_is_no_number_and_no_prefix(world: World, number: str, prefix: str, words: str) -> None:
    with pytest.raises(BadValueError, match=words):
        add(world, number, prefix=prefix)


def test_messages_are_listed_shown_and_handed_out(world: World) -> None:
    add(world, login="other", prefix="bank")
    receive(world, came("Bank 1"), came("stop it"), came("Stop"))
    found = world.read(lambda tx: inboxes.listing(tx, None, 10))
    assert [(one.text, login) for one, login in found] == [
        ("Stop", "nobody"),
        ("stop it", "nobody"),
        ("Bank 1", "other"),
    ]
    assert len(world.read(lambda tx: inboxes.listing(tx, "nobody", 10))) == 2
    (mine,) = world.read(lambda tx: inboxes.listing(tx, "other", 10))
    with pytest.raises(ConflictError, match="already other's"):
        world.write(lambda tx: inboxes.assign(tx, keeper(world), mine[0].id, "demo", world.clock.now()))
    first = found[0][0].id
    assert world.write(lambda tx: inboxes.assign(tx, keeper(world), first, "demo", world.clock.now())) is Wish.STOP
    assert PHONE in world.read(lambda tx: stops.of_account(tx, world.demo))
    assert world.read(lambda tx: inboxes.find(tx, first))[1] == "demo"
    second = found[1][0].id
    assert world.write(lambda tx: inboxes.assign(tx, keeper(world), second, "demo", world.clock.now())) is None
    with pytest.raises(NotFoundError):
        world.read(lambda tx: inboxes.find(tx, 999))
    with pytest.raises(NotFoundError):
        world.read(lambda tx: inboxes.listing(tx, "stranger", 10))
