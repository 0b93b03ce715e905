"""Receivers of callbacks that are down, slow, rude or acknowledge half: nobody else waits, and all are told in the end.

Five accounts have messages delivered. Whatever the others do, the receiver that works is told of all of its messages
while they misbehave; once they work too, they are told of each message of theirs that has not visibly failed. The size
is that of `TOLMACH_TORTURE` (`scripts/torture callbacks`), else small.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text

from tests.e2e.conftest import subscribe
from tests.faults.books import Books
from tests.faults.processes import WHOLE, asked
from tests.gateway import DEADLINE, Live, conceal, running, until
from tests.receiver import Receiver, acknowledge, acknowledge_all, ids, receiving
from tests.workers.stage import sms
from tolmach.core.money import parse_money
from tolmach.services import accounts, ledger, messages
from tolmach.services.accounts import Changes

KINDS = ("well", "down", "slow", "half", "rude")
COUNT = int(os.environ.get("TOLMACH_TORTURE", "200")) // len(KINDS)  # messages of each
PAUSE = 5 + COUNT / 50  # seconds: an account that works is told of all of its messages meanwhile
PATIENCE = DEADLINE + PAUSE + COUNT / 10
NOWHERE = "http://127.0.0.1:9/statuses"  # nobody listens there


@dataclass
class Manners:
    """How the receivers answer; ``mended``: all of them as they should."""

    mended: bool = False
    confirmed: set[str] = field(default_factory=set)
    """Ids that those who acknowledge half have acknowledged."""
    repeated: set[str] = field(default_factory=set)
    """Those of them that they were told again."""

    def of(self, kind: str) -> Callable[[str], Awaitable[web.StreamResponse]]:
        """Return the answers of a kind."""

        async def reply(body: str) -> web.StreamResponse:
            if kind == "half":
                self.repeated |= self.confirmed & set(ids(body))
            if self.mended or kind == "well":
                return await acknowledge_all(body)
            if kind == "slow":
                await asyncio.sleep(60)  # the gateway hangs up before
            if kind == "half":
                some = ids(body)[::2]
                self.confirmed.update(some)
                return acknowledge(*some)
            return web.Response(status=503, text="go away " * 100_000)

        return reply


async def open_account(live: Live, login: str, url: str) -> None:
    changes = Changes(any_sender=True, default_sender="Tolmach", tariff="demo", callback_url=url)
    now = live.gateway.clock.now()
    await live.write(lambda tx: accounts.add(tx, login, conceal(login), changes, now))
    await live.write(lambda tx: ledger.top_up(tx, login, parse_money(str(2 * COUNT)), "", now))


def phones(login: str) -> list[str]:
    """Return the recipients of an account, which are nobody else's."""
    return [f"79{KINDS.index(login)}{number:06}00" for number in range(COUNT)]


async def send(live: Live, login: str) -> None:
    now = live.gateway.clock.now()
    _, result = await live.write(lambda tx: messages.post(tx, login, sms(*phones(login)), now))
    assert len(result.items) == COUNT


async def states(live: Live, login: str) -> dict[str, int]:
    """Return how many callbacks of an account are in each state."""
    question = text(
        "SELECT state, count(*) FROM callbacks JOIN accounts ON accounts.id = account_id"
        " WHERE login = :login GROUP BY state"
    )
    return dict(await live.read(lambda tx: [tuple(row) for row in tx.execute(question, {"login": login})]))


def told(receiver: Receiver) -> set[str]:
    return {id_ for body in receiver.bodies for id_ in ids(body)}


async def state_is(live: Live, login: str, **wanted: int) -> bool:
    return await states(live, login) == wanted


async def none_pending(live: Live, login: str) -> bool:
    return "pending" not in await states(live, login)


@pytest.mark.parametrize(("blank", "whole"), WHOLE, indirect=["blank"])
@pytest.mark.parametrize("patience", ["they are mended in time", "they are not"])
@pytest.mark.timeout(4 * PATIENCE)
async def test_receivers_that_misbehave(patience: str, installed: Path, whole: bool) -> None:
    manners, found = Manners(), dict[str, Receiver]()
    in_time = patience == "they are mended in time"
    if not whole and not in_time:
        pytest.skip("scripts/torture callbacks")
    callbacks = {"allow_private": True, "delays": (PAUSE if in_time else 0.1,) * 4, "timeout": 0.5}
    async with AsyncExitStack() as stack:
        for kind in KINDS:
            found[kind] = await stack.enter_async_context(receiving())
            found[kind].answer = manners.of(kind)
        live = await stack.enter_async_context(running(installed, callbacks=callbacks))
        for kind in KINDS:
            await open_account(live, kind, NOWHERE if kind == "down" else found[kind].url)
        for kind in reversed(KINDS):
            await send(live, kind)
        await until(lambda: state_is(live, "well", acknowledged=COUNT), PATIENCE)
        assert len(told(found["well"])) == COUNT
        if in_time:
            assert await states(live, "slow") == await states(live, "down") == {"pending": COUNT}
            manners.mended = True
            await subscribe(live, found["down"], "down")
            for kind in KINDS:
                await until(lambda kind=kind: state_is(live, kind, acknowledged=COUNT), PATIENCE)  # type: ignore[misc]
                assert len(told(found[kind])) == COUNT
        else:  # five attempts, and then it is visible that they failed
            for kind in ("down", "slow", "rude"):
                await until(lambda kind=kind: state_is(live, kind, failed=COUNT), PATIENCE)  # type: ignore[misc]
            await until(lambda: none_pending(live, "half"), PATIENCE)
        await live.settled()
    check(installed, f"{patience}, {sum(len(one.bodies) for one in found.values())} posts")
    assert manners.repeated == set()  # what was acknowledged is not told again


def check(data: Path, words: str) -> None:
    """See that the messages themselves came to their phones, once, and were paid, whatever their accounts were told."""
    books = Books.closed(data, COUNT * len(KINDS))
    arrived = dict(asked(data / "sandbox.sqlite", "SELECT phone, count(*) FROM message GROUP BY phone"))
    assert not books.compare(arrived, words)
    assert set(books.ends.values()) == {"delivered"}
    assert books.uncertain == {}
