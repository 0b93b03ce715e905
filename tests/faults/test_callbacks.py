"""Receivers of callbacks that are down, slow, rude or acknowledge half: nobody else waits, and all are told in the end.

Five accounts have messages delivered. Whatever the others do, the receiver that works is told of all of its messages
while they misbehave; once they work too, they are told of each message of theirs that has not visibly failed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from tests.e2e.conftest import subscribe
from tests.faults.processes import asked
from tests.gateway import Live, conceal, running, until
from tests.receiver import Receiver, acknowledge, acknowledge_all, ids, receiving
from tests.workers.stage import sms
from tolmach.core.money import parse_money
from tolmach.services import accounts, ledger, messages
from tolmach.services.accounts import Changes

COUNT = 40
KINDS = ("well", "down", "slow", "half", "rude")
PHONES = [f"79{number:07}00" for number in range(COUNT)]
NOWHERE = "http://127.0.0.1:9/statuses"  # nobody listens there


@dataclass
class Manners:
    """How the receivers answer; ``mended``: all of them as they should."""

    mended: bool = False

    def of(self, kind: str) -> Callable[[str], Awaitable[web.StreamResponse]]:
        """Return the answers of a kind."""

        async def reply(body: str) -> web.StreamResponse:
            if self.mended or kind == "well":
                return await acknowledge_all(body)
            if kind == "slow":
                await asyncio.sleep(60)  # the gateway hangs up before
            if kind == "half":
                return acknowledge(*ids(body)[::2])
            return web.Response(status=503, text="go away " * 100_000)

        return reply


async def open_account(live: Live, login: str, url: str) -> None:
    changes = Changes(any_sender=True, default_sender="Tolmach", tariff="demo", callback_url=url)
    now = live.gateway.clock.now()
    await live.write(lambda tx: accounts.add(tx, login, conceal(login), changes, now))
    await live.write(lambda tx: ledger.top_up(tx, login, parse_money("1000"), "", now))


async def send(live: Live, login: str) -> None:
    now = live.gateway.clock.now()
    _, result = await live.write(lambda tx: messages.post(tx, login, sms(*PHONES), now))
    assert len(result.items) == COUNT


def states(path: Path, login: str) -> dict[str, int]:
    """Return how many callbacks of an account are in each state."""
    return dict(asked(path, "SELECT state, count(*) FROM callbacks JOIN accounts ON accounts.id = account_id"
                            f" WHERE login = '{login}' GROUP BY state"))  # fmt: skip


def told(receiver: Receiver) -> set[str]:
    return {id_ for body in receiver.bodies for id_ in ids(body)}


async def state_is(path: Path, login: str, **wanted: int) -> bool:
    await asyncio.sleep(0)
    return states(path, login) == wanted


@pytest.mark.parametrize("patience", ["they are mended in time", "they are not"])
async def test_receivers_that_misbehave(patience: str, installation: Path) -> None:
    path, manners, found = installation / "tolmach.sqlite", Manners(), dict[str, Receiver]()
    in_time = patience == "they are mended in time"
    callbacks = {"allow_private": True, "delays": (5, 5, 5, 5) if in_time else (0.1,) * 4, "timeout": 0.5}
    async with AsyncExitStack() as stack:
        for kind in KINDS:
            found[kind] = await stack.enter_async_context(receiving())
            found[kind].answer = manners.of(kind)
        live = await stack.enter_async_context(running(installation, callbacks=callbacks))
        for kind in KINDS:
            await open_account(live, kind, NOWHERE if kind == "down" else found[kind].url)
        for kind in reversed(KINDS):
            await send(live, kind)
        await until(lambda: state_is(path, "well", acknowledged=COUNT))
        assert len(told(found["well"])) == COUNT
        if not in_time:  # five attempts, and then it is visible that they failed
            for kind in ("down", "slow", "rude"):
                await until(lambda kind=kind: state_is(path, kind, failed=COUNT))  # type: ignore[misc]
            await until(lambda: pending(path, "half", 0))
            return
        assert states(path, "slow") == states(path, "down") == {"pending": COUNT}
        manners.mended = True
        await subscribe(live, found["down"], "down")
        for kind in KINDS:
            await until(lambda kind=kind: state_is(path, kind, acknowledged=COUNT))  # type: ignore[misc]
            assert len(told(found[kind])) == COUNT
    repeated = [body for body in found["half"].bodies[1:] if set(ids(body)) & set(ids(found["half"].bodies[0])[::2])]
    assert repeated == []  # what was acknowledged is not told again


async def pending(path: Path, login: str, count: int) -> bool:
    await asyncio.sleep(0)
    return states(path, login).get("pending", 0) == count
