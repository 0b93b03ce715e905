import pytest

from tests.services.visiting import person
from tests.services.world import PASSWORD, World, command
from tolmach.core.commands import EditStops, GetBalance, ListStops, SetCallbackUrl, StopEdit
from tolmach.core.commands.desk import ListEveryChange
from tolmach.core.commands.users import ChangePassword, GetProfile, ListUsers, SetPreferences
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results.users import SelfChange
from tolmach.core.users import Role
from tolmach.services import accounts, passwords, people
from tolmach.services.reception import GUESSES, ForbiddenError
from tolmach.store import audit


async def test_a_change_stands_in_the_audit_log_with_who_what_and_from_where(world: World) -> None:
    anna = await person(world, "anna", Role.SENDER)
    await anna.ask(EditStops([StopEdit("79031234567")]))
    entry = world.read(lambda tx: audit.of_account(tx, world.demo, 0, 1))[0]
    assert (entry.login, entry.action, entry.remote) == ("anna", "EditStops", "192.0.2.1")
    assert entry.detail == "edits=[number=79031234567]"
    await anna.ask(ListStops())
    assert len(world.read(lambda tx: audit.of_account(tx, world.demo, 0, 9))) == 2  # with the signing in


async def test_a_change_that_fails_does_not(world: World) -> None:
    anna = await person(world, "anna", Role.OWNER)
    with pytest.raises(RequestError):
        await anna.ask(SetCallbackUrl("nowhere"))
    assert [one.action for one in world.read(lambda tx: audit.of_account(tx, world.demo, 0, 9))] == ["SignIn"]


async def test_roles(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    await viewer.ask(GetBalance())
    for refused in (EditStops(()), command(), ListUsers(), ListEveryChange(), SetCallbackUrl("")):
        with pytest.raises(ForbiddenError):
            await viewer.ask(refused)
        assert not viewer.reception.may(await viewer.visitor(), type(refused))


async def test_the_staff_has_no_account_until_it_looks_into_one(world: World) -> None:
    root = await person(world, "root", Role.ADMIN, None)
    await root.ask(ListEveryChange())
    await root.ask(GetProfile())
    with pytest.raises(ForbiddenError):
        await root.ask(GetBalance())
    money = await person(world, "money", Role.FINANCE, None)
    with pytest.raises(ForbiddenError):
        await money.ask(ListEveryChange())


async def test_a_list_of_addresses_is_for_programs(world: World) -> None:
    anna = await person(world, "anna", Role.OWNER)
    world.write(lambda tx: accounts.change(tx, "demo", accounts.Changes(networks=("10.0.0.0/8",))))
    assert (await anna.ask(GetBalance())).currency == "RUB"


async def test_a_blocked_account_may_look_and_change_nothing(world: World) -> None:
    anna = await person(world, "anna", Role.OWNER)
    world.write(lambda tx: accounts.set_blocked(tx, "demo", blocked=True))
    await anna.ask(GetBalance())
    with pytest.raises(RequestError) as caught:
        await anna.ask(EditStops([StopEdit("79031234567")]))
    assert caught.value.failure is Failure.BLOCKED


async def test_a_session_that_ends_meanwhile_ends_what_is_asked(world: World) -> None:
    anna = await person(world, "anna", Role.OWNER)
    visitor = await anna.visitor()
    await anna.entrance.leave(anna.cookie)
    with pytest.raises(RequestError) as caught:
        await anna.reception.execute(visitor, GetBalance())
    assert caught.value.failure is Failure.UNAUTHORISED


async def test_a_password_that_is_asked_again_cannot_be_guessed(world: World) -> None:
    anna = await person(world, "anna", Role.OWNER)
    for _ in range(GUESSES):
        assert await anna.ask(ChangePassword("wrong", "a new password")) is SelfChange.WRONG_PASSWORD
    assert await anna.ask(ChangePassword(PASSWORD, "a new password")) is SelfChange.WRONG_PASSWORD
    boris = await person(world, "boris", Role.OWNER)
    assert await boris.ask(ChangePassword(PASSWORD, "a new password")) is SelfChange.DONE
    stored = world.read(lambda tx: people.find(tx, "boris")).password_hash
    assert passwords.matches(stored, "a new password")


async def test_changes_of_oneself_are_noted_too(world: World) -> None:
    anna = await person(world, "anna", Role.VIEWER)
    await anna.ask(SetPreferences(theme="dark"))
    entry = world.read(lambda tx: audit.of_account(tx, world.demo, 0, 1))[0]
    assert (entry.action, entry.detail) == ("SetPreferences", "theme=dark")
