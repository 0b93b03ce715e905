import asyncio
import itertools
import threading
from datetime import timedelta

import pytest

from tests.clock import FakeClock
from tests.gateway import conceal
from tests.services.world import HASH, PASSWORD, World
from tolmach.core.accounts import ClientLogin, Credentials, Login, Nobody, Token
from tolmach.core.errors import Failure, RequestError
from tolmach.services import access, passwords, tokens
from tolmach.services.access import Access, Principal, confirm
from tolmach.store import counters
from tolmach.store import tokens as stored

RIGHT = Login("demo", PASSWORD)
WRONG = Login("demo", "wrong")


class Counter:
    """Counts the comparisons, which are real."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_once = self.most = 0
        self._lock = threading.Lock()
        self._matches = passwords.matches

    def matches(self, stored: str, password: str) -> bool:
        with self._lock:
            self.asked.append(password)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        try:
            return self._matches(stored, password)
        finally:
            with self._lock:
                self.at_once -= 1


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    counter = Counter()
    monkeypatch.setattr(passwords, "matches", counter.matches)
    return counter


@pytest.fixture
def door(world: World) -> Access:
    return Access(world.database, world.clock)


async def enter(door: Access, credentials: Credentials) -> Principal:
    return await door.enter(credentials, "192.0.2.1", open_to_blocked=False)


async def refusal(door: Access, credentials: Credentials) -> Failure:
    with pytest.raises(RequestError) as caught:
        await enter(door, credentials)
    return caught.value.failure


async def test_a_caller_is_recognised(door: Access, world: World) -> None:
    principal = await door.enter(RIGHT, "192.0.2.1", open_to_blocked=True)
    assert (principal.account, principal.password_hash) == (world.demo, HASH)
    assert (principal.remote, principal.open_to_blocked, principal.remembered) == ("192.0.2.1", True, False)
    assert (await enter(door, RIGHT)).remembered
    assert (await enter(door, ClientLogin("1", "demo", PASSWORD))).account == world.demo


@pytest.mark.parametrize(
    ("credentials", "failure"),
    [
        (WRONG, Failure.UNAUTHORISED),
        (Login("demo", ""), Failure.UNAUTHORISED),
        (Login("Demo", PASSWORD), Failure.UNAUTHORISED),
        (Login("nobody", PASSWORD), Failure.UNAUTHORISED),
        (Login("", ""), Failure.UNAUTHORISED),
        (Login("demo", "\ud800"), Failure.UNAUTHORISED),
        (Login("\ud800", PASSWORD), Failure.UNAUTHORISED),
        (Login("demo\0", PASSWORD), Failure.UNAUTHORISED),
        (ClientLogin("1", "demo", "wrong"), Failure.UNAUTHORISED),
        (ClientLogin("1", "other", PASSWORD), Failure.UNAUTHORISED),
        (ClientLogin("2", "demo", PASSWORD), Failure.UNAUTHORISED),
        (ClientLogin("3", "demo", PASSWORD), Failure.UNKNOWN_CLIENT),
        (ClientLogin("", "demo", PASSWORD), Failure.UNKNOWN_CLIENT),
        (ClientLogin("one", "demo", PASSWORD), Failure.UNKNOWN_CLIENT),
        (ClientLogin("١", "demo", PASSWORD), Failure.UNKNOWN_CLIENT),
        (ClientLogin("-1", "demo", PASSWORD), Failure.UNKNOWN_CLIENT),
        (ClientLogin("1" * 30, "demo", PASSWORD), Failure.UNKNOWN_CLIENT),
        (Nobody(), Failure.UNAUTHORISED),
    ],
)
@pytest.mark.parametrize("remembered", [False, True])
async def test_others_are_not(door: Access, credentials: Credentials, failure: Failure, remembered: bool) -> None:
    if remembered:  # who was let in does not open the door for others
        await enter(door, RIGHT)
        await enter(door, ClientLogin("1", "demo", PASSWORD))
    assert await refusal(door, credentials) is failure
    assert await refusal(door, credentials) is failure


async def test_credentials_are_not_confused_by_where_one_field_ends(door: Access, world: World) -> None:
    world.change(login="de", password_hash=conceal("mopass"))
    await enter(door, Login("de", "mopass"))
    assert await refusal(door, Login("demo", "pass")) is Failure.UNAUTHORISED


async def test_sixty_four_logins_at_once_are_compared_once(door: Access, counter: Counter) -> None:
    principals = await asyncio.gather(*(enter(door, RIGHT) for _ in range(64)))
    assert len({principal.account for principal in principals}) == 1
    assert counter.asked == [PASSWORD]


async def test_and_so_are_wrong_ones(door: Access, counter: Counter) -> None:
    failures = await asyncio.gather(*(refusal(door, WRONG) for _ in range(64)))
    assert set(failures) == {Failure.UNAUTHORISED}
    assert counter.asked == ["wrong"]


async def test_a_wrong_password_is_remembered_until_something_changes(
    door: Access, world: World, counter: Counter
) -> None:
    for _ in range(3):
        await refusal(door, WRONG)
    assert counter.asked == ["wrong"]
    world.change(password_hash=conceal("wrong"))
    assert (await enter(door, WRONG)).account == world.demo
    assert counter.asked == ["wrong"] * 2


async def test_an_unknown_login_costs_a_comparison_too(door: Access, counter: Counter) -> None:
    await refusal(door, Login("nobody", "a"))
    assert counter.asked == ["a"]


async def test_few_comparisons_run_at_once(world: World, counter: Counter) -> None:
    door = Access(world.database, world.clock, wrong_passwords=0)
    await asyncio.gather(*(refusal(door, Login("demo", f"guess {number}")) for number in range(8)))
    assert len(counter.asked) == 8
    assert counter.most <= access.CHECKS_AT_ONCE


async def test_a_caller_that_is_forgotten_is_compared_again(door: Access, counter: Counter) -> None:
    principal = await enter(door, RIGHT)
    door.forget(principal)
    assert not (await enter(door, RIGHT)).remembered
    assert counter.asked == [PASSWORD] * 2


async def test_memory_is_bounded(door: Access, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "REMEMBERED", 2)
    small = Access(door._database, FakeClock(), wrong_passwords=0)
    for password in ("a", "b", "a", "c", "a", "b"):
        await refusal(small, Login("demo", password))
    assert counter.asked == ["a", "b", "c", "b"]  # "b" was used longest ago when "c" came


async def test_nothing_waits_for_who_has_gone(door: Access) -> None:
    asking = asyncio.create_task(enter(door, RIGHT))
    others = [asyncio.create_task(enter(door, RIGHT)) for _ in range(3)]
    await asyncio.sleep(0)
    asking.cancel()
    results = await asyncio.gather(asking, *others, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert all(isinstance(result, Principal) for result in results[1:])


# --- what the transaction confirms


def confirmed(world: World, principal: Principal) -> Failure | None:
    try:
        world.read(lambda tx: confirm(tx, world.catalogue.at(tx), principal))
    except RequestError as error:
        return error.failure
    return None


async def test_a_remembered_caller_is_confirmed_every_time(door: Access, world: World) -> None:
    principal = await enter(door, RIGHT)
    open_to_blocked = await door.enter(RIGHT, "192.0.2.1", open_to_blocked=True)
    assert confirmed(world, principal) is None
    world.change(blocked=True)
    assert confirmed(world, principal) is Failure.BLOCKED
    assert confirmed(world, open_to_blocked) is None
    world.change(blocked=False, networks="198.51.100.0/24")
    assert confirmed(world, principal) is Failure.UNAUTHORISED
    world.change(networks="192.0.2.1/32")
    assert confirmed(world, principal) is None
    world.change(password_hash=conceal("another"))
    assert confirmed(world, principal) is Failure.UNAUTHORISED
    assert confirmed(world, open_to_blocked) is Failure.UNAUTHORISED


async def test_the_address_is_told_before_the_block(door: Access, world: World) -> None:
    principal = await enter(door, RIGHT)
    world.change(blocked=True, networks="198.51.100.0/24")
    assert confirmed(world, principal) is Failure.UNAUTHORISED


async def test_a_change_elsewhere_does_not_shut_anybody_out(door: Access, world: World) -> None:
    principal = await enter(door, RIGHT)
    world.write(counters.touch_revision)
    assert confirmed(world, principal) is None
    assert (await enter(door, RIGHT)).remembered


# --- guessing


async def test_five_wrong_passwords_a_minute_are_compared(door: Access, world: World, counter: Counter) -> None:
    guesses = [Login("demo", f"guess {number}") for number in range(20)]
    failures = await asyncio.gather(*(refusal(door, guess) for guess in guesses))
    assert set(failures) == {Failure.UNAUTHORISED}
    assert len(counter.asked) == 5
    world.wait(seconds=59)
    assert await refusal(door, Login("demo", "another")) is Failure.UNAUTHORISED
    assert len(counter.asked) == 5
    world.wait(seconds=2)
    assert (await enter(door, RIGHT)).account == world.demo


async def test_a_comparison_that_takes_long_counts_before_the_next(
    door: Access, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, asked = asyncio.get_running_loop(), asyncio.Queue[str]()
    release, order = threading.Event(), itertools.count(1)

    def held(stored: str, password: str) -> bool:
        loop.call_soon_threadsafe(asked.put_nowait, password)
        assert next(order) != 2 or release.wait(10)
        return counter.matches(stored, password)

    monkeypatch.setattr(passwords, "matches", held)
    asking = [asyncio.create_task(refusal(door, Login("demo", f"guess {number}"))) for number in range(8)]
    await asked.get()
    await asked.get()
    await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises(TimeoutError):  # the second may be the one too many: nobody goes before it has ended
        await asyncio.wait_for(asked.get(), 0.3)
    release.set()
    assert set(await asyncio.gather(*asking)) == {Failure.UNAUTHORISED}
    assert len(counter.asked) == 5


async def test_an_unknown_login_is_limited_just_so(door: Access, counter: Counter) -> None:
    for number in range(20):
        with pytest.raises(RequestError) as told:
            await door.enter(Login("nobody", f"guess {number}"), f"192.0.2.{number}", open_to_blocked=False)
        assert told.value.failure is Failure.UNAUTHORISED
    assert len(counter.asked) == 5


async def test_an_address_is_limited_whatever_the_logins(door: Access, world: World, counter: Counter) -> None:
    for number in range(20):
        await refusal(door, Login(f"login {number}", "guess"))
    assert len(counter.asked) == 5
    elsewhere = await door.enter(RIGHT, "198.51.100.1", open_to_blocked=False)
    assert elsewhere.account == world.demo


async def test_who_is_remembered_is_let_in_while_others_guess(door: Access, counter: Counter) -> None:
    await enter(door, RIGHT)
    for number in range(8):
        await refusal(door, Login("demo", f"guess {number}"))
    assert (await enter(door, RIGHT)).remembered
    assert len(counter.asked) == 6


async def test_nobody_outside_its_list_locks_an_account(door: Access, world: World) -> None:
    world.change(networks="192.0.2.0/24")
    for number in range(8):
        with pytest.raises(RequestError):
            await door.enter(Login("demo", f"guess {number}"), f"198.51.100.{number}", open_to_blocked=False)
    assert (await enter(door, RIGHT)).account == world.demo


async def test_client_numbers_are_not_tried_out(door: Access) -> None:
    for number in range(5):
        assert await refusal(door, ClientLogin(f"{100 + number}", "demo", "x")) is Failure.UNKNOWN_CLIENT
    assert await refusal(door, ClientLogin("105", "demo", "x")) is Failure.UNAUTHORISED


async def test_a_right_password_is_not_counted(door: Access, world: World) -> None:
    for _ in range(8):
        door.forget(await enter(door, RIGHT))
    assert (await enter(door, RIGHT)).account == world.demo


# --- tokens


@pytest.fixture
def key(world: World) -> str:
    value = tokens.make()
    world.write(lambda tx: tokens.add(tx, "demo", "crm", value, world.clock.now(), world.clock.now() + HOUR))
    return value


HOUR = timedelta(hours=1)


async def test_a_token_opens_the_door(door: Access, world: World, key: str) -> None:
    principal = await enter(door, Token(key))
    assert (principal.account, principal.password_hash, principal.token) == (world.demo, "", tokens.digest(key))
    assert confirmed(world, principal) is None
    assert (await enter(door, Token(key))).remembered
    assert await refusal(door, Token(key[:-1])) is Failure.UNAUTHORISED
    assert await refusal(door, Login("token", key)) is Failure.UNAUTHORISED
    assert await refusal(door, Token(tokens.digest(key))) is Failure.UNAUTHORISED


async def test_a_token_outlives_a_new_password_but_not_its_end(door: Access, world: World, key: str) -> None:
    principal = await enter(door, Token(key))
    world.change(password_hash=conceal("another"))
    assert confirmed(world, principal) is None
    world.wait(minutes=59)
    await enter(door, Token(key))
    world.wait(minutes=1)
    assert await refusal(door, Token(key)) is Failure.UNAUTHORISED
    assert await refusal(Access(world.database, world.clock), Token(key)) is Failure.UNAUTHORISED


async def test_a_revoked_token_ends_at_once(door: Access, world: World, key: str) -> None:
    principal = await enter(door, Token(key))
    world.write(lambda tx: tokens.revoke(tx, "demo", "crm"))
    assert confirmed(world, principal) is Failure.UNAUTHORISED
    door.forget(principal)
    assert await refusal(door, Token(key)) is Failure.UNAUTHORISED


async def test_a_token_obeys_the_account(door: Access, world: World, key: str) -> None:
    principal = await enter(door, Token(key))
    world.change(networks="198.51.100.0/24")
    assert confirmed(world, principal) is Failure.UNAUTHORISED
    world.change(networks="", blocked=True)
    assert confirmed(world, principal) is Failure.BLOCKED


async def test_its_use_is_stored_once_an_hour(door: Access, world: World, key: str) -> None:
    before = world.read(lambda tx: counters.value(tx, counters.REVISION))
    for _ in range(3):
        await enter(door, Token(key))
    await asyncio.gather(*door._writing)
    (token,) = world.read(lambda tx: stored.of_account(tx, world.demo))
    assert token.used_at == world.clock.now().timestamp() * 1000
    assert world.read(lambda tx: counters.value(tx, counters.REVISION)) == before


# --- dialects


async def test_a_dialect_that_is_switched_off_answers_as_to_a_wrong_login(door: Access, world: World) -> None:
    world.change(dialects="prontosms smspager")
    for dialect, failure in (("prontosms", None), ("mobilgroup", Failure.UNAUTHORISED), ("", None)):
        principal = await door.enter(RIGHT, "192.0.2.1", open_to_blocked=False, dialect=dialect)
        assert confirmed(world, principal) is failure
