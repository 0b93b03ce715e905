from tests.services.visiting import Person, person
from tests.services.world import World
from tolmach.core.commands.users import AddUser, EditUser, ListUsers
from tolmach.core.results.users import UserChange
from tolmach.core.users import Role
from tolmach.services import passwords, people
from tolmach.services.entrance import Entered
from tolmach.store import users

PASSWORD = "a long password"


async def number(owner: Person, login: str) -> int:
    return next(user.id for user in (await owner.ask(ListUsers())).users if user.login == login)


async def test_adding(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    assert await owner.ask(AddUser("boris", Role.SENDER, PASSWORD)) is UserChange.DONE
    boris = world.read(lambda tx: people.find(tx, "boris"))
    assert (boris.role, boris.account) == (Role.SENDER, world.demo)
    assert passwords.matches(boris.password_hash, PASSWORD)
    assert [user.login for user in (await owner.ask(ListUsers())).users] == ["anna", "boris"]


async def test_what_cannot_be_added(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    for command, outcome in (
        (AddUser("anna", Role.SENDER, PASSWORD), UserChange.TAKEN),
        (AddUser("a b", Role.SENDER, PASSWORD), UserChange.BAD_LOGIN),
        (AddUser("boris", Role.ADMIN, PASSWORD), UserChange.BAD_ROLE),
        (AddUser("boris", Role.SENDER, "short"), UserChange.BAD_PASSWORD),
    ):
        assert await owner.ask(command) is outcome
    assert len((await owner.ask(ListUsers())).users) == 1


async def test_a_changed_user_is_signed_out(world: World) -> None:
    owner, boris = await person(world, "anna", Role.OWNER), await person(world, "boris", Role.SENDER)
    edit = EditUser(await number(owner, "boris"), Role.VIEWER, password=PASSWORD, reset_totp=True)
    assert await owner.ask(edit) is UserChange.DONE
    assert await boris.entrance.visitor(boris.cookie, "") is None
    entered = await boris.entrance.enter("boris", PASSWORD, "", "")
    assert isinstance(entered, Entered)
    visitor = await boris.entrance.visitor(entered.cookie, "")
    assert visitor is not None
    assert visitor.role is Role.VIEWER


async def test_what_cannot_be_changed(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    stranger = await person(world, "igor", Role.OWNER, "other")
    root = await person(world, "root", Role.ADMIN, None)
    me = await number(owner, "anna")
    for one in (stranger, root):
        theirs = (await one.visitor()).user.id
        assert await owner.ask(EditUser(theirs, blocked=True)) is UserChange.NOT_FOUND
    for command, outcome in (
        (EditUser(me, blocked=True), UserChange.SELF),
        (EditUser(me, Role.VIEWER), UserChange.SELF),
        (EditUser(me, Role.ADMIN), UserChange.SELF),
        (EditUser(me, password="short"), UserChange.BAD_PASSWORD),
        (EditUser(999), UserChange.NOT_FOUND),
    ):
        assert await owner.ask(command) is outcome
    assert not world.read(lambda tx: people.find(tx, "igor")).blocked


async def test_a_second_factor_is_taken_away(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    boris = await person(world, "boris", Role.SENDER)
    user = (await boris.visitor()).user
    world.write(lambda tx: users.change(tx, user.id, {"totp_secret": "S"}))
    world.write(lambda tx: users.put_codes(tx, user.id, ["a"]))
    await owner.ask(EditUser(user.id, reset_totp=True))
    assert not world.read(lambda tx: people.find(tx, "boris")).has_totp
    assert world.read(lambda tx: users.codes_left(tx, user.id)) == 0
