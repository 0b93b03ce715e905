import asyncio

import pytest

from tests.services.world import World
from tolmach.core.limits import USUAL, Pace
from tolmach.services import accounts
from tolmach.services.accounts import Changes
from tolmach.services.administration import BadValueError
from tolmach.services.paces import FRESH, STALE, Paces


def limit(world: World, request_rate: str | None = None, message_rate: str | None = None) -> None:
    changes = Changes(request_rate=request_rate, message_rate=message_rate)
    world.write(lambda tx: accounts.change(tx, "demo", changes))


async def read(paces: Paces) -> None:
    """Let what is being read be there."""
    if paces._reading is not None:
        await asyncio.wait([paces._reading])


async def test_the_first_one_waits_for_what_is_stored(world: World) -> None:
    limit(world, request_rate="50", message_rate="0")
    paces = Paces(world.database)
    assert set(await asyncio.gather(*[paces.of(world.demo, 0.0) for _ in range(9)])) == {Pace(50, 0)}
    assert await paces.of(world.other, 0.0) == USUAL


async def test_it_is_read_again_beside_who_asks(world: World) -> None:
    paces = Paces(world.database)
    assert await paces.of(world.demo, 0.0) == USUAL
    limit(world, request_rate="50")
    assert await paces.of(world.demo, FRESH - 0.1) == USUAL
    await read(paces)
    assert await paces.of(world.demo, FRESH) == USUAL  # and reads
    await read(paces)
    assert await paces.of(world.demo, FRESH) == Pace(50)


async def test_after_a_pause_it_is_read_before_anybody_is_held_to_it(world: World) -> None:
    paces = Paces(world.database)
    await paces.of(world.demo, 0.0)
    limit(world, message_rate="7")
    assert await paces.of(world.demo, 3600.0) == Pace(None, 7)
    limit(world, message_rate="")
    assert await paces.of(world.demo, 7200.0) == USUAL


async def test_what_was_known_holds_while_nothing_can_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    paces = Paces(world.database)
    limit(world, request_rate="7")
    assert await paces.of(world.demo, 0.0) == Pace(7)

    async def broken(_fn: object) -> None:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(world.database, "read", broken)
        assert await paces.of(world.demo, STALE) == Pace(7)
    limit(world, request_rate="8")
    assert await paces.of(world.demo, 2 * STALE) == Pace(8)


@pytest.mark.parametrize("wrong", ["-1", "1000000", "1.5", "many", " 5", "\u0665"])
def test_a_rate_is_a_whole_number(world: World, wrong: str) -> None:
    for name in ("request_rate", "message_rate"):
        with pytest.raises(BadValueError, match="not a whole number a second from 0"):
            limit(world, **{name: wrong})
