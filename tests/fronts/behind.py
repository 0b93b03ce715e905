"""A front and the process behind it, in one process: everything is real but that they could die apart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from tests.gateway import Answer, Headers, ask
from tolmach.api.endpoints import every_endpoint
from tolmach.api.execution import Execution
from tolmach.api.listeners import Door
from tolmach.api.northbound import Northbound
from tolmach.core.limits import RequestLimits
from tolmach.core.listeners import Listener
from tolmach.fronts.back import Back
from tolmach.fronts.front import Front
from tolmach.gateway.membership import introductions


@dataclass(frozen=True, slots=True)
class Fronted:
    """A front with its door, and what is behind."""

    door: Door
    front: Front
    back: Back

    async def ask(self, path: str, body: bytes = b"", method: str = "POST", headers: Headers = ()) -> Answer:
        """Call it as an HTTP server would."""
        return await ask(self.door, path, [body], method, headers)


@asynccontextmanager
async def fronted(execution: Execution, pages: ASGIApp) -> AsyncIterator[Fronted]:
    """A front with a line to something that executes and makes pages."""
    between = introductions()
    front, back = Front(between.asks), Back(between.hears, execution, pages)
    back.start()
    holding = asyncio.create_task(front.run())
    try:
        async with asyncio.timeout(30):
            await front.there()
        listener: Any = Listener(host="127.0.0.1", port=0)
        yield Fronted(Door(listener, Northbound(every_endpoint(), front, RequestLimits()), front), front, back)
    finally:
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding
        await back.stop()
        between.asks.close()
        between.hears.close()
