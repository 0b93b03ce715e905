"""A front process: it listens, and has what it is asked carried out by the process behind it (`tolmach.fronts`)."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from tolmach import __version__
from tolmach.api import tls
from tolmach.api.endpoints import every_endpoint
from tolmach.api.listeners import Listening
from tolmach.api.northbound import Northbound
from tolmach.connectors.tracing import TracesMissingError, open_traces
from tolmach.core.roles import ProcessRole
from tolmach.fronts.front import Front
from tolmach.gateway import parts
from tolmach.gateway.composition import NotReadyError
from tolmach.gateway.membership import Membership, own_name
from tolmach.gateway.parts import Part
from tolmach.settings import Settings
from tolmach.workers.clock import SystemClock


class FrontProcess:
    """One process that reads and writes HTTP for another one. NotReadyError."""

    def __init__(self, settings: Settings, membership: Membership) -> None:
        assert membership.line is not None
        self.settings = settings
        self.name = own_name()
        self._sockets = membership.sockets
        endpoints = every_endpoint() if ProcessRole.API in settings.every_role else ()
        self._front = Front(membership.line.asks)
        self._northbound = Northbound(endpoints, self._front, settings.request_limits)
        self._stopping = asyncio.Event()
        self._listening: Listening | None = None
        self._traces = None
        if settings.traces.enabled:
            try:
                self._traces = open_traces(__version__, self.name, join=settings.traces.join)
            except TracesMissingError as error:
                raise NotReadyError(str(error)) from None
            self._northbound.traces = self._traces

    @property
    def urls(self) -> Sequence[str]:
        """The addresses that it listens on."""
        return self._listening.urls if self._listening else ("",)

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()

    def reload(self) -> None:
        """Take certificates that have changed; new connections get them."""
        for certificate in self._listening.certificates if self._listening else ():
            certificate.refresh()

    async def run(self, ready: "Callable[[FrontProcess], None] | None" = None) -> None:
        """Serve until `stop`; ``ready`` is called once connections are accepted. Raises when a part fails."""
        async with AsyncExitStack() as stack:
            if self._traces is not None:
                stack.push_async_callback(asyncio.to_thread, self._traces.close)
            self._listening = Listening(self.settings.every_listener, self._sockets)
            stack.callback(self._listening.close)
            running = [parts.start(stack, "line", self._front.run())]
            if self._listening.certificates:
                watching = tls.watch(self._listening.certificates, SystemClock())
                running.append(parts.start(stack, "certificates", watching))
            if not await self._there(running):
                return
            running += [
                await parts.serve(stack, server) for server in self._listening.servers(self._northbound, self._front)
            ]
            if ready is not None:
                ready(self)
            await parts.watch(running, self._stopping)

    async def _there(self, running: Sequence[Part]) -> bool:
        """Wait for the process behind; return False when this one is to stop before that."""
        there = asyncio.create_task(self._front.there())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([there, stopping, *running], return_when=asyncio.FIRST_COMPLETED)
            return there.done()
        finally:
            there.cancel()
            stopping.cancel()
