"""A bad line between two gateways: some requests never arrive, and of some that do the answer never comes back."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

SWALLOWED, CUT, LATE = 7, 5, 11  # every so many requests


@dataclass
class Relay:
    """Passes requests on to ``target``; ``late`` is how long answers are held back that come too late."""

    target: str
    late: float
    port: int = 0
    lost: int = 0
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Pass one request on, or have an accident."""
        number, body = next(self.count), await request.read()
        if number % SWALLOWED == 0:
            return self._hang_up(request)
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as http,
                http.request(request.method, self.target + request.path_qs, data=body, headers=_kept(request)) as got,
            ):
                answer = web.Response(body=await got.read(), status=got.status, headers=_kept(got))
        except aiohttp.ClientError:
            return self._hang_up(request)  # the other side is down
        if number % CUT == 0:
            return self._hang_up(request)
        if number % LATE == 0:
            self.lost += 1
            await asyncio.sleep(self.late)
        return answer

    def _hang_up(self, request: web.BaseRequest) -> web.StreamResponse:
        self.lost += 1
        if request.transport is not None:
            request.transport.close()
        return web.Response()


def _kept(message: web.BaseRequest | aiohttp.ClientResponse) -> dict[str, str]:
    return {"content-type": message.headers.get("content-type", "text/xml")}


@asynccontextmanager
async def relaying(target: str, late: float) -> AsyncIterator[Relay]:
    """A bad line to an address, on a free port of this machine."""
    relay = Relay(target, late)
    runner = web.ServerRunner(web.Server(relay.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    relay.port = runner.addresses[0][1]
    try:
        yield relay
    finally:
        await runner.cleanup()
