import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tests.clock import FakeClock
from tolmach.core.delivery import Submission
from tolmach.sandbox.carrier import SandboxCarrier
from tolmach.sandbox.page import routes
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc
from tolmach.sandbox.storage import MEMORY
from tolmach.web.look import Look
from tolmach.workers.clock import SystemClock

Send = Callable[..., Awaitable[None]]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def phones(clock: FakeClock) -> Iterator[Phones]:
    opened = Phones(MEMORY, clock)
    yield opened
    opened.close()


@pytest.fixture
def carrier(phones: Phones, clock: FakeClock) -> SandboxCarrier:
    return SandboxCarrier(phones, clock)


@dataclass(frozen=True, slots=True)
class Site:
    """The sandbox behind a real HTTP server; ``client`` knows its address."""

    url: str
    client: aiohttp.ClientSession
    stop: Callable[[], Awaitable[None]]


class _Server(uvicorn.Server):
    ready: asyncio.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture(scope="session")
def look() -> Look:
    return Look()


@pytest.fixture
def site_routes(phones: Phones, look: Look) -> list[BaseRoute]:
    return [*look.assets.routes(), *routes(phones, look, smsc=False)]


@pytest.fixture
async def site(phones: Phones, site_routes: list[BaseRoute]) -> AsyncIterator[Site]:
    config = uvicorn.Config(Starlette(routes=site_routes), port=0, lifespan="off", log_config=None)
    server = _Server(config)
    server.ready = asyncio.Event()
    running = asyncio.create_task(server.serve())
    await server.ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]

    async def stop() -> None:
        phones.hang_up()
        server.should_exit = True
        await running

    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(url) as client:
        yield Site(url, client, stop)
    await stop()


@pytest.fixture
def send(carrier: SandboxCarrier) -> Send:
    async def submit(*legs: Submission) -> None:
        await carrier.submit(legs)

    return submit


@pytest.fixture
async def smsc(phones: Phones) -> AsyncIterator[Smsc]:
    """An SMSC on a free port, in real time, whose receipts are due at once."""
    server = Smsc(phones, SystemClock(), delay=0)
    await server.start("127.0.0.1", 0)
    yield server
    await server.stop()


@pytest.fixture
def port(smsc: Smsc) -> int:
    assert smsc.address is not None
    return smsc.address[1]
