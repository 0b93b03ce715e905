from datetime import timedelta
from typing import Any

import pytest

from tests.services.world import World
from tolmach.core.commands import DropRegistration, EditRegistry, ListRegistry, PutRegistration
from tolmach.core.ids import AccountId
from tolmach.core.results import RegistryEdit, RegistryEntry
from tolmach.services import registry
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.services.context import Context
from tolmach.services.registry import Standing

ADDED, DELETED = RegistryEdit.ADDED, RegistryEdit.DELETED
MTS = PutRegistration("Tolmach", "mts", "ООО", "77", "c")


def context(tx: Any, world: World, id_: AccountId | None = None) -> Context:
    return Context(tx, world.catalogue.at(tx), world.account(id_), world.clock.now(), world.delivery)


def edit(world: World, *edits: PutRegistration | DropRegistration, id_: AccountId | None = None) -> list[RegistryEdit]:
    return list(world.write(lambda tx: registry.edit_registry(context(tx, world, id_), EditRegistry(edits))).items)


def entries(world: World, *filters: str, id_: AccountId | None = None) -> list[RegistryEntry]:
    return list(world.read(lambda tx: registry.list_registry(context(tx, world, id_), ListRegistry(*filters))).entries)


def state(world: World) -> str:
    return entries(world)[0].state.value


def set_state(world: World, word: str, operator: str = "mts") -> None:
    standing = Standing(word, "ann", "why")
    world.write(lambda tx: registry.decide(tx, "demo", "Tolmach", operator, standing, world.clock.now()))


def test_a_registration_lives(world: World) -> None:
    assert edit(world, MTS) == [ADDED]
    assert state(world) == "posted_for_approval"
    set_state(world, "approval")
    assert edit(world, MTS) == [ADDED]
    assert state(world) == "approval"  # asking again takes nothing away
    assert edit(world, DropRegistration("Tolmach", "mts")) == [DELETED]
    assert state(world) == "send_for_delete"
    set_state(world, "delete")
    assert edit(world, DropRegistration("Tolmach")) == [RegistryEdit.UNKNOWN_SENDER]
    assert edit(world, MTS) == [ADDED]
    assert state(world) == "posted_for_approval"


def test_a_client_reads_why_it_was_refused_and_no_other_note(world: World) -> None:
    edit(world, MTS)
    world.clock.advance(timedelta(minutes=1))
    set_state(world, "send_for_approval")
    (entry,) = entries(world)
    assert (entry.reason, entry.changed_at - entry.since) == ("", timedelta(minutes=1))
    set_state(world, "not_approval")
    assert entries(world)[0].reason == "why"


def test_a_list_is_narrowed(world: World) -> None:
    edit(world, PutRegistration("Waits", "tele2", inn="78"), MTS, PutRegistration("Tolmach", "tele2", inn="78"))
    assert [(one.operator, one.sender) for one in entries(world)] == [
        ("mts", "Tolmach"),
        ("tele2", "Tolmach"),
        ("tele2", "Waits"),
    ]
    assert len(entries(world, "tele2")) == 2
    assert len(entries(world, "", "Tolmach")) == 2
    assert len(entries(world, "", "", "77")) == 1
    assert entries(world)[0].since.hour == 15  # noon on the account's clock


def test_what_cannot_be_registered(world: World) -> None:
    assert edit(world, PutRegistration("Nobody", "mts"), PutRegistration("Tolmach", "nokia")) == [
        RegistryEdit.UNKNOWN_SENDER,
        RegistryEdit.UNKNOWN_OPERATOR,
    ]
    assert entries(world) == []


def test_registrations_of_one_account_are_nothing_to_another(world: World) -> None:
    edit(world, MTS)
    assert entries(world, id_=world.other) == []
    assert edit(world, DropRegistration("Tolmach"), id_=world.other) == [RegistryEdit.UNKNOWN_SENDER]
    assert state(world) == "posted_for_approval"


def test_what_an_operator_may_say(world: World) -> None:
    edit(world, MTS)
    with pytest.raises(BadValueError):
        set_state(world, "perhaps")
    with pytest.raises(NotFoundError, match="did you mean Tolmach at mts"):
        set_state(world, "approval", "mtss")
    set_state(world, "not_approval")
    (row,) = world.read(lambda tx: registry.listing(tx, "demo", "not_approval"))
    assert (row.login, row.row.changed_by, row.row.reason) == ("demo", "ann", "why")
    assert world.read(lambda tx: registry.listing(tx, "other")) == []
