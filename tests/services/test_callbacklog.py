from tests.services.visiting import person
from tests.services.world import World
from tolmach.core.commands.callbacklog import ListCallbacks, RepeatCallbacks, SetNetworks
from tolmach.core.commands.keys import ListKeys
from tolmach.core.results.callbacklog import Told
from tolmach.core.status import Status
from tolmach.core.users import Role
from tolmach.services.callbacklog import PAGE
from tolmach.store import callbacks
from tolmach.store.callbacks import FAILED, Callback
from tolmach.store.database import Tx


def tell(world: World, numbers: range, state: str = "pending") -> None:
    """Callbacks of messages of the demonstration's account, due in the order of their messages."""

    def work(tx: Tx) -> None:
        callbacks.add(tx, [Callback(world.demo, number, Status.READ, 1, 1_000) for number in numbers])
        rows = [row for number in numbers for row in callbacks.of_message(tx, number)]
        callbacks.settle(tx, [row._replace(state=state) for row in rows])

    world.write(work)


async def test_pages_of_what_failed_and_of_what_waits(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    for told, state in ((Told.FAILED, FAILED), (Told.PENDING, "pending")):
        numbers = range(10, 10 * (PAGE + 3), 10) if told is Told.FAILED else range(10_000, 10_000 + 10 * (PAGE + 2), 10)
        tell(world, numbers, state)
        first = await owner.ask(ListCallbacks(told))
        rest = await owner.ask(ListCallbacks(told, first.before))
        assert len(first.rows) == PAGE
        assert rest.before == 0
        assert {row.message for row in (*first.rows, *rest.rows)} == set(numbers)
        assert all(row.told is told for row in rest.rows)


async def test_the_newest_go_message_by_message(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    ids = [world.send() for _ in range(3)]
    tell(world, range(ids[0], ids[-1] + 1, 10))
    tell(world, range(ids[-1], ids[-1] + 1, 10), "acknowledged")
    page = await owner.ask(ListCallbacks())
    assert [row.message for row in page.rows] == [ids[2], ids[2], ids[1], ids[0]]
    assert page.rows[0].recipient
    assert page.before == 0


async def test_only_one_s_own_are_told_again(world: World) -> None:
    owner, stranger = await person(world, "anna", Role.OWNER), await person(world, "igor", Role.OWNER, "other")
    tell(world, range(10, 40, 10), FAILED)
    numbers = [row.id for row in (await owner.ask(ListCallbacks(Told.FAILED))).rows]
    assert await stranger.ask(RepeatCallbacks(tuple(numbers))) == 0
    assert await stranger.ask(RepeatCallbacks()) == 0
    assert await owner.ask(RepeatCallbacks((numbers[0],))) == 1
    assert await owner.ask(RepeatCallbacks((numbers[0],))) == 0
    assert await owner.ask(RepeatCallbacks()) == 2


async def test_networks_are_kept_whole_or_not_at_all(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    assert await owner.ask(SetNetworks(("192.0.2.1", "198.51.100.0/24"))) == ""
    assert await owner.ask(SetNetworks(("192.0.2.2", "198.51.100.1/24"))) == "198.51.100.1/24"
    assert (await owner.ask(ListKeys())).networks == ["192.0.2.1", "198.51.100.0/24"]
    assert await owner.ask(SetNetworks(())) == ""
    assert world.account().networks == ()
