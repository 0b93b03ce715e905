from datetime import timedelta
from typing import Any

from tests.services.world import World
from tolmach.core.commands import DropBase, EditBases, ListBases, PutBase
from tolmach.core.ids import AccountId
from tolmach.core.moments import to_ms
from tolmach.core.results import BaseEdited, Edit
from tolmach.services import bases
from tolmach.services.context import Context

INSERTED, CHANGED, DELETED, NOT_FOUND = Edit.INSERTED, Edit.CHANGED, Edit.DELETED, Edit.NOT_FOUND


def edit(world: World, *edits: PutBase | DropBase, id_: AccountId | None = None) -> list[BaseEdited]:
    def run(tx: Any) -> list[BaseEdited]:
        asked = Context(tx, world.catalogue.at(tx), world.account(id_), world.clock.now(), world.delivery)
        return list(bases.edit_bases(asked, EditBases(edits)).items)

    return world.write(run)


def names(world: World, id_: AccountId | None = None) -> list[str]:
    def run(tx: Any) -> list[str]:
        asked = Context(tx, world.catalogue.at(tx), world.account(id_), world.clock.now(), world.delivery)
        return [base.name for base in bases.list_bases(asked, ListBases()).bases]

    return world.read(run)


def test_a_base_is_added_changed_and_deleted(world: World) -> None:
    assert edit(world, PutBase(None, {"name": "Office"}), PutBase(None, {})) == [
        BaseEdited(INSERTED, 1),
        BaseEdited(INSERTED, 2),
    ]
    assert edit(world, PutBase("1", {"name": "Shop"}), DropBase("2")) == [
        BaseEdited(CHANGED, 1),
        BaseEdited(DELETED, 2),
    ]
    assert (
        edit(world, PutBase("2", {"name": "x"}), DropBase("2"), DropBase("nonsense"), PutBase("", {}))
        == [BaseEdited(NOT_FOUND)] * 4
    )
    assert names(world) == ["Shop"]


def test_a_name_that_is_there_already_is_that_base(world: World) -> None:
    """The manual answers ``edit`` to a base that came with a number of the request and no id."""
    first = edit(world, PutBase(None, {"name": "Office", "text": "Hello"}))
    assert edit(world, PutBase(None, {"name": "Office", "on": True})) == [BaseEdited(CHANGED, 1)]
    assert first == [BaseEdited(INSERTED, 1)]
    found = world.read(lambda tx: bases.find(tx, world.demo, "1"))
    assert found is not None
    assert (found.greeting.on, found.greeting.text) == (True, "Hello")


def test_what_is_one_accounts_is_nobody_elses(world: World) -> None:
    edit(world, PutBase(None, {"name": "Office"}))
    assert edit(world, PutBase("1", {"name": "Stolen"}), DropBase("1"), id_=world.other) == [BaseEdited(NOT_FOUND)] * 2
    assert edit(world, PutBase(None, {"name": "Office"}), id_=world.other) == [BaseEdited(INSERTED, 2)]
    assert (names(world), names(world, world.other)) == (["Office"], ["Office"])


def test_when_a_base_changed(world: World) -> None:
    def changed(id_: AccountId | None = None) -> int | None:
        return world.read(lambda tx: bases.changed_at(tx, id_ or world.demo, 1))

    assert changed() is None
    edit(world, PutBase(None, {"name": "Office"}))
    first = to_ms(world.clock.now())
    assert changed() == first
    assert changed(world.other) is None
    world.wait(seconds=1)
    edit(world, PutBase("1", {"name": "Office"}))
    assert changed() == first
    edit(world, PutBase("1", {"text": "Hello"}))
    assert changed() == first + 1000
    world.clock.advance(timedelta(hours=-1))
    edit(world, PutBase("1", {"text": "Goodbye"}))
    assert changed() == first + 1000  # a clock that is set back does not make a change look old
    edit(world, DropBase("1"))
    assert changed() is None
