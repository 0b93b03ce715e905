"""The parts of a process: what runs until it is told to stop, and must not end before."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog

from tolmach.api.server import HttpServer
from tolmach.workers.endings import end

log = structlog.get_logger()

Part = asyncio.Task[None]


def start(stack: AsyncExitStack, name: str, work: Coroutine[Any, Any, None]) -> Part:
    """Start a part; it is cancelled when its turn comes to end."""
    task = asyncio.create_task(work, name=name)
    stack.push_async_callback(end, task)
    return task


async def serve(stack: AsyncExitStack, server: HttpServer) -> Part:
    """Start a server and return when it accepts connections; in its turn it ends what is under way."""
    serving = asyncio.create_task(server.run_until_stopped(), name="http")
    stack.push_async_callback(_stop, server, serving)
    await server.listening.wait()
    return serving


async def watch(parts: Sequence[Part], stopping: asyncio.Event) -> None:
    """Return when all is to stop; raise when a part ends that should not."""
    told = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([*parts, told], return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
    for part in parts:
        if part.done() and not stopping.is_set():
            log.error("a part of the gateway has ended", part=part.get_name())
            part.result()
            raise RuntimeError(f"{part.get_name()} has ended")


async def _stop(server: HttpServer, serving: Part) -> None:
    server.stop()
    try:
        await asyncio.wait([serving])
    finally:
        await end(serving)  # who cannot wait for what is under way
