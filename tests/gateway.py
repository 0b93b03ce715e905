"""Gateways for tests: one that serves on a port, and one that is called without any socket. Both are the real thing."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
from argon2 import PasswordHasher
from sqlalchemy import func, select
from starlette.types import Message, Scope

from tests.counting import from_one
from tests.databases import place_of
from tolmach.app import Gateway, build
from tolmach.core.clock import Clock
from tolmach.core.ports import Connector
from tolmach.gateway.front import FrontProcess
from tolmach.gateway.membership import Membership, introductions
from tolmach.services import demo
from tolmach.settings import Settings
from tolmach.store import ledger, migrate, schema
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer

T = TypeVar("T")

DEADLINE = 30.0  # seconds until a test that waits for something gives up
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
Headers = Iterable[tuple[bytes, bytes]]


def conceal(password: str) -> str:
    """Return a password hash that takes no time to make or to compare."""
    return QUICK.hash(password)


def install(place: Place | Path, now: datetime) -> None:
    """Create a database with the demonstration's account."""
    migrate.upgrade(place)
    database = Database(place)
    try:
        database.write_now(from_one)
        database.write_now(lambda tx: demo.seed(tx, conceal(demo.PASSWORD), now))
    finally:
        database.close()


def settings(data: Path, **changes: Any) -> Settings:
    """Settings for a test: any free port, no pauses, callbacks to this machine."""
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": 0,
        "data": data,
        "sandbox": {"enabled": True, "delay": 0},
        "finance": {"close_days": False},  # installations of tests are months old
        "callbacks": {"allow_private": True, "delays": (0, 0, 0, 0), "timeout": 10},
    }
    place = place_of(data)
    if isinstance(place, PostgresqlServer):
        given["database_url"] = place.url
    return Settings(**(given | changes))


async def until(probe: Callable[[], Awaitable[T]], deadline: float = DEADLINE) -> T:
    """Ask again and again for something that is true; TimeoutError after the deadline."""
    async with asyncio.timeout(deadline):
        while not (answer := await probe()):  # noqa: ASYNC110 - what is waited for is no event of ours
            await asyncio.sleep(0.01)
        return answer


OBSERVED = {
    schema.link_events.name,
    schema.link_health.name,
    schema.link_history.name,
    schema.leases.name,
}  # a running gateway notes how its links fare when it looks


def rows(tx: Tx) -> dict[str, int]:
    """Return the number of rows of every table that requests write, what the counters have counted, and the money."""
    counts = {
        table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
        for table in schema.metadata.sorted_tables
        if table.name not in OBSERVED
    }
    counts["counters"] = tx.execute(select(func.sum(schema.counters.c.value))).scalar_one()
    counts["money"] = tx.execute(select(func.sum(schema.balances.c.available))).scalar_one()
    return counts


def assert_balanced(tx: Tx) -> None:
    """Every balance is the sum of its account's ledger, and what is held belongs to live messages."""
    sums = ledger.sums(tx)
    assert ledger.balances_of(tx, list(sums)) == sums
    live = select(schema.queue.c.message_id)
    held = select(func.coalesce(func.sum(schema.ledger.c.held), 0)).where(schema.ledger.c.message_id.not_in(live))
    assert tx.execute(held).scalar_one() == 0


@dataclass(frozen=True, slots=True)
class Live:
    """A gateway on a port, with a client that knows its address."""

    gateway: Gateway
    http: aiohttp.ClientSession
    url: str
    """Where it listens, on 127.0.0.1."""

    @property
    def port(self) -> int:
        """The port of its address."""
        return urlsplit(self.url).port or 0

    async def post(self, path: str, body: str | bytes, encoding: str = "utf-8", **headers: str) -> str:
        """Send a document and return the answer's text; every answer has to be a 200."""
        data = body.encode(encoding) if isinstance(body, str) else body
        async with self.http.post(path, data=io.BytesIO(data), headers=headers) as response:
            assert response.status == 200, await response.read()
            return (await response.read()).decode(encoding)

    async def phone(self, number: str, containing: str = "") -> dict[str, Any]:
        """Wait for the first message on a virtual phone (that contains a text)."""
        query = {"phone": number, "timeout": str(DEADLINE)} | ({"containing": containing} if containing else {})
        async with self.http.get("/sandbox/api/wait", params=query) as response:
            assert response.status == 200, await response.read()
            found: dict[str, Any] = await response.json()
            return found

    async def messages(self, number: str) -> list[dict[str, Any]]:
        """Return what a virtual phone has."""
        async with self.http.get("/sandbox/api/messages", params={"phone": number}) as response:
            found: list[dict[str, Any]] = await response.json()
            return found

    async def read(self, function: Callable[[Tx], T]) -> T:
        """Look into the database."""
        return await self.gateway.database.read(function)

    async def write(self, function: Callable[[Tx], T]) -> T:
        """Change the database."""
        return await self.gateway.database.write(function)

    async def settled(self) -> None:
        """Wait until every message is final, and see that the money is right."""
        await until(lambda: self.read(lambda tx: rows(tx)["queue"] == 0))
        await self.read(assert_balanced)


@asynccontextmanager
async def running(
    data: Path, *, clock: Clock | None = None, connectors: Sequence[Connector] | None = None, **changes: Any
) -> AsyncIterator[Live]:
    """A gateway that serves on a free port of this machine until the block ends."""
    gateway = build(settings(data, **changes), clock=clock, connectors=connectors)
    listening = asyncio.Event()
    serving = asyncio.create_task(gateway.run(lambda _: listening.set()))
    first = asyncio.create_task(listening.wait())
    await asyncio.wait([serving, first], return_when=asyncio.FIRST_COMPLETED)
    first.cancel()
    if serving.done():
        serving.result()
    try:
        async with aiohttp.ClientSession(gateway.url, timeout=aiohttp.ClientTimeout(DEADLINE)) as http:
            yield Live(gateway, http, gateway.url)
    finally:
        gateway.stop()
        await serving


@asynccontextmanager
async def running_behind_a_front(data: Path, **changes: Any) -> AsyncIterator[Live]:
    """The same, but HTTP is read and written by a front: here in the same process, beside the gateway."""
    between, known, listening = introductions(), settings(data, **changes), asyncio.Event()
    gateway = build(known, membership=Membership(introductions=[between]))
    front = FrontProcess(known, Membership(number=1, introductions=[between]))
    serving, fronting = asyncio.create_task(gateway.run()), asyncio.create_task(front.run(lambda _: listening.set()))
    try:
        first = asyncio.create_task(listening.wait())
        await asyncio.wait([serving, fronting, first], return_when=asyncio.FIRST_COMPLETED)
        first.cancel()
        async with aiohttp.ClientSession(front.urls[0], timeout=aiohttp.ClientTimeout(DEADLINE)) as http:
            yield Live(gateway, http, front.urls[0])
    finally:
        front.stop()
        await fronting
        gateway.stop()
        await serving
        for each in between:
            each.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an ASGI application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Inside:
    """A gateway without sockets and without delivery: what is sent is accepted and stays queued."""

    gateway: Gateway

    async def ask(self, path: str, body: bytes = b"", method: str = "POST", headers: Headers = ()) -> Answer:
        """Call it as an HTTP server would."""
        return await ask(self.gateway, path, [body], method, headers)

    async def read(self, function: Callable[[Tx], T]) -> T:
        """Look into the database."""
        return await self.gateway.database.read(function)

    async def write(self, function: Callable[[Tx], T]) -> T:
        """Change the database."""
        return await self.gateway.database.write(function)


@asynccontextmanager
async def inside(data: Path, *, clock: Clock, **changes: Any) -> AsyncIterator[Inside]:
    """A gateway that answers calls until the block ends."""
    gateway = build(settings(data, **changes), clock=clock, connectors=())
    intake = asyncio.create_task(gateway.intake.run())
    try:
        yield Inside(gateway)
    finally:
        intake.cancel()
        with suppress(asyncio.CancelledError):
            await intake
        gateway.database.close()


async def ask(
    application: Any, path: str, pieces: Sequence[bytes], method: str = "POST", headers: Headers = ()
) -> Answer:
    """Call an ASGI application with a body in pieces."""
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path.partition("?")[0],
        "query_string": path.partition("?")[2].encode(),
        "headers": list(headers),
        "client": ("127.0.0.1", 40_000),
    }
    incoming: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]
    outgoing: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        outgoing.append(message)

    await application(scope, receive, send)
    start = outgoing[0]
    names = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], names, b"".join(message.get("body", b"") for message in outgoing[1:]))
