"""What `tests/web/test_signin.py` does not show through the pages."""

from datetime import timedelta

import pytest

from tests.services.world import HASH, PASSWORD, World
from tolmach.core.users import Role, User
from tolmach.services import people
from tolmach.services.entrance import GUESSES, IDLE, SEEN_EVERY, Entered, Entrance, Refusal, digest
from tolmach.store import audit, sessions

DEVICE = "A browser"


@pytest.fixture
def anna(world: World) -> User:
    now = world.clock.now()
    user: User = world.write(lambda tx: people.add(tx, "anna", HASH, Role.SENDER, "demo", now))
    return user


@pytest.fixture
def entrance(world: World) -> Entrance:
    return Entrance(world.database, world.clock)


async def enter(entrance: Entrance, password: str = PASSWORD, remote: str = "192.0.2.1") -> Entered | Refusal:
    return await entrance.enter("anna", password, remote, DEVICE)


async def inside(entrance: Entrance) -> str:
    entered = await enter(entrance)
    assert isinstance(entered, Entered)
    assert not entered.needs_code
    return entered.cookie


async def test_a_visitor(world: World, entrance: Entrance, anna: User) -> None:
    cookie = await inside(entrance)
    visitor = await entrance.visitor(cookie, "192.0.2.9")
    assert visitor is not None
    assert (visitor.user.login, visitor.account, visitor.role) == ("anna", world.demo, Role.SENDER)
    assert (visitor.account_login, visitor.zone, visitor.remote) == ("demo", "Europe/Moscow", "192.0.2.9")
    assert (visitor.session.device, visitor.session.remote) == (DEVICE, "192.0.2.1")
    assert await entrance.visitor(f"{cookie}x", "192.0.2.9") is None


async def test_only_a_digest_is_stored(world: World, entrance: Entrance, anna: User) -> None:
    cookie = await inside(entrance)
    (session,) = world.read(lambda tx: sessions.of_user(tx, anna.id))
    assert session.digest == digest(cookie)
    assert cookie not in repr(session)


async def test_a_session_lasts_while_it_is_used(world: World, entrance: Entrance, anna: User) -> None:
    cookie = await inside(entrance)
    world.clock.advance(IDLE - timedelta(minutes=1))
    assert await entrance.visitor(cookie, "")
    world.clock.advance(IDLE - timedelta(minutes=1))
    assert await entrance.visitor(cookie, "")
    world.clock.advance(IDLE)
    assert await entrance.visitor(cookie, "") is None


async def test_its_use_is_written_once_in_a_while(world: World, entrance: Entrance, anna: User) -> None:
    cookie = await inside(entrance)
    begun = world.clock.now()
    for step in (SEEN_EVERY - timedelta(seconds=1), timedelta(seconds=1), timedelta(seconds=1)):
        world.clock.advance(step)
        await entrance.visitor(cookie, "")
    (session,) = world.read(lambda tx: sessions.of_user(tx, anna.id))
    assert session.seen_at == int((begun + SEEN_EVERY).timestamp() * 1000)


async def test_somebody_who_is_blocked_is_out_at_once(world: World, entrance: Entrance, anna: User) -> None:
    cookie = await inside(entrance)
    world.write(lambda tx: people.set_blocked(tx, "anna", blocked=True))
    assert await entrance.visitor(cookie, "") is None
    assert await enter(entrance) is Refusal.WRONG


async def test_the_staff_inside_an_account(world: World, entrance: Entrance) -> None:
    now = world.clock.now()
    world.write(lambda tx: people.add(tx, "root", HASH, Role.SUPPORT, None, now))
    entered = await entrance.enter("root", PASSWORD, "", DEVICE)
    assert isinstance(entered, Entered)
    visitor = await entrance.visitor(entered.cookie, "")
    assert visitor is not None
    assert (visitor.account, visitor.role) == (None, Role.SUPPORT)
    world.write(lambda tx: sessions.look_into(tx, digest(entered.cookie), world.demo))
    visitor = await entrance.visitor(entered.cookie, "")
    assert visitor is not None
    assert (visitor.account, visitor.role, visitor.account_login) == (world.demo, Role.VIEWER, "demo")


async def test_a_lock_is_kept_and_told_to_who_knows_the_password(world: World, anna: User) -> None:
    for _ in range(5):
        assert await enter(Entrance(world.database, world.clock), "wrong") is Refusal.WRONG
    another = Entrance(world.database, world.clock)  # after a restart
    assert await enter(another, "wrong", "198.51.100.1") is Refusal.WRONG
    assert await enter(another, PASSWORD, "198.51.100.1") is Refusal.LOCKED
    (locked, *_) = world.read(lambda tx: audit.of_account(tx, world.demo, 0, 5))
    assert (locked.action, locked.detail) == ("Locked", "5 wrong passwords or codes in a row: 1 min")


async def test_one_address_guesses_only_so_often(world: World, entrance: Entrance, anna: User) -> None:
    for number in range(GUESSES):
        assert await entrance.enter(f"nobody{number}", "x", "192.0.2.1", DEVICE) is Refusal.WRONG
    assert await enter(entrance) is Refusal.LOCKED
    assert await entrance.confirm("x", "000000", "192.0.2.1") is Refusal.LOCKED
    assert isinstance(await enter(entrance, remote="198.51.100.1"), Entered)
    world.clock.advance(timedelta(minutes=1))
    assert isinstance(await enter(entrance), Entered)


async def test_leaving(entrance: Entrance, anna: User) -> None:
    cookie = await inside(entrance)
    await entrance.leave(cookie)
    assert await entrance.visitor(cookie, "") is None
    await entrance.leave(cookie)
