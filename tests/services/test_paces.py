import asyncio

import pytest

from tests.services.world import World
from tolmach.core.limits import USUAL, Pace
from tolmach.services import accounts
from tolmach.services.accounts import Changes
from tolmach.services.administration import BadValueError
from tolmach.services.paces import FRESH, Paces


async def told(paces: Paces, world: World, now: float) -> Pace:
    """Ask, let what is read be read, and ask again at the same moment."""
    paces.of(world.demo, now)
    if paces._reading is not None:
        await asyncio.wait([paces._reading])
    await asyncio.sleep(0)
    return paces.of(world.demo, now)


def limit(world: World, request_rate: str | None = None, message_rate: str | None = None) -> None:
    changes = Changes(request_rate=request_rate, message_rate=message_rate)
    world.write(lambda tx: accounts.change(tx, "demo", changes))


async def test_a_change_is_known_when_what_was_read_is_a_second_old(world: World) -> None:
    paces = Paces(world.database)
    assert await told(paces, world, 0.0) == USUAL
    limit(world, request_rate="50", message_rate="0")
    assert await told(paces, world, 0.9 * FRESH) == USUAL
    assert await told(paces, world, 1.1 * FRESH) == Pace(50, 0)
    limit(world, request_rate="")
    assert await told(paces, world, 3 * FRESH) == Pace(None, 0)
    limit(world, message_rate="")
    assert await told(paces, world, 5 * FRESH) == USUAL


async def test_what_was_known_holds_while_nothing_can_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    paces = Paces(world.database)
    limit(world, request_rate="7")
    assert await told(paces, world, 0.0) == Pace(7)

    async def broken(_fn: object) -> None:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(world.database, "read", broken)
        assert await told(paces, world, 2 * FRESH) == Pace(7)
    limit(world, request_rate="8")
    assert await told(paces, world, 4 * FRESH) == Pace(8)


@pytest.mark.parametrize("wrong", ["-1", "1000000", "1.5", "many", " 5", "\u0665"])
def test_a_rate_is_a_whole_number(world: World, wrong: str) -> None:
    for name in ("request_rate", "message_rate"):
        with pytest.raises(BadValueError, match="not a whole number a second from 0"):
            limit(world, **{name: wrong})
