"""A client's own server, to which callbacks are posted."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.gateway import until

_IDS = re.compile(r'<state id_sms="([0-9]+)"')


@dataclass
class Receiver:
    """Keeps the documents that it was sent. ``answer`` writes the reply to one; it acknowledges all of it at first."""

    url: str = ""
    bodies: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    answer: Callable[[str], Awaitable[web.StreamResponse]] = field(default_factory=lambda: acknowledge_all)

    async def body(self, number: int = 1) -> str:
        """Wait for the document of that number."""

        async def arrived() -> bool:
            return len(self.bodies) >= number

        await until(arrived)
        return self.bodies[number - 1]


def ids(body: str) -> list[str]:
    """Return the ids whose statuses a document tells."""
    return _IDS.findall(body)


def acknowledge(*confirmed: str) -> web.Response:
    """Confirm some ids."""
    items = "".join(f"<id_sms>{id_}</id_sms>" for id_ in confirmed)
    return web.Response(text=f'<?xml version="1.0" encoding="utf-8"?><response>{items}</response>')


async def acknowledge_all(body: str) -> web.StreamResponse:
    """Confirm what a document tells."""
    return acknowledge(*ids(body))


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A server on a free port of this machine."""
    receiver = Receiver()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        assert request.method == "POST"
        body = (await request.read()).decode()
        receiver.headers.append(request.headers)
        receiver.bodies.append(body)
        return await receiver.answer(body)

    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"http://127.0.0.1:{port}/statuses"
    try:
        yield receiver
    finally:
        await runner.cleanup()
