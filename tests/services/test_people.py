import pytest

from tests.services.world import HASH, World
from tolmach.core.users import Role, User
from tolmach.services import people
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.store import sessions, users
from tolmach.store.sessions import Session


def add(world: World, login: str = "anna", role: Role = Role.OWNER, account: str | None = "demo") -> User:
    now = world.clock.now()
    user: User = world.write(lambda tx: people.add(tx, login, HASH, role, account, now))
    return user


def signed_in(world: World, user: User) -> int:
    return len(world.read(lambda tx: sessions.of_user(tx, user.id)))


def sign_in(world: World, user: User) -> None:
    world.write(lambda tx: sessions.add(tx, Session("digest", user.id, True, "", "", 0, 0, 2**50)))


def test_people_of_accounts_and_of_the_staff(world: World) -> None:
    anna, root = add(world), add(world, "root", Role.ADMIN, None)
    assert [(one.user, one.account) for one in world.read(people.everyone)] == [(anna, "demo"), (root, None)]
    assert world.read(lambda tx: people.find(tx, "anna")) == anna


def test_what_cannot_be(world: World) -> None:
    add(world)
    for role, account in ((Role.ADMIN, "demo"), (Role.OWNER, None)):
        with pytest.raises(BadValueError, match="does not fit"):
            add(world, "boris", role, account)
    with pytest.raises(ConflictError, match="there is a user 'anna' already"):
        add(world)
    with pytest.raises(NotFoundError, match="no account 'nobody'"):
        add(world, "boris", account="nobody")
    with pytest.raises(BadValueError, match="login"):
        add(world, "a b")
    with pytest.raises(NotFoundError, match="no user 'ann'; did you mean anna"):
        world.read(lambda tx: people.find(tx, "ann"))


def test_roles_by_their_words() -> None:
    assert people.role("admin", of_staff=True) is Role.ADMIN
    for word, of_staff in (("admin", False), ("owner", True), ("king", True)):
        with pytest.raises(BadValueError, match="is no role of"):
            people.role(word, of_staff=of_staff)


def test_whoever_is_blocked_is_signed_out(world: World) -> None:
    user = add(world)
    sign_in(world, user)
    assert world.write(lambda tx: people.set_blocked(tx, "anna", blocked=True))
    assert signed_in(world, user) == 0
    assert not world.write(lambda tx: people.set_blocked(tx, "anna", blocked=True))
    assert world.write(lambda tx: people.set_blocked(tx, "anna", blocked=False))
    assert not world.read(lambda tx: people.find(tx, "anna")).blocked


def test_a_new_password_unlocks_and_signs_out(world: World) -> None:
    user = add(world)
    sign_in(world, user)
    world.write(lambda tx: users.change(tx, user.id, {"wrong": 9, "locked_until": 2**50}))
    world.write(lambda tx: people.set_password(tx, "anna", "another"))
    assert world.read(lambda tx: people.find(tx, "anna")).password_hash == "another"
    trials = world.write(lambda tx: users.trials(tx, user.id))
    assert (trials.wrong, trials.locked_until, signed_in(world, user)) == (0, None, 0)


def test_a_second_factor_is_taken_away(world: World) -> None:
    user = add(world)
    world.write(lambda tx: users.change(tx, user.id, {"totp_secret": "S"}))
    world.write(lambda tx: users.put_codes(tx, user.id, ["a"]))
    assert world.write(lambda tx: people.reset_totp(tx, "anna"))
    assert not world.write(lambda tx: people.reset_totp(tx, "anna"))
    assert world.read(lambda tx: users.codes_left(tx, user.id)) == 0
