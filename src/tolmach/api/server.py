"""The HTTP server inside our own event loop: uvicorn without its signal handlers and loggers."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Generator

import uvicorn
from starlette.types import ASGIApp

from tolmach.api.protocol import LimitedConfig, TolerantProtocol
from tolmach.core.limits import RequestLimits

KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS = 10


class HttpServer(uvicorn.Server):
    """Serves ``app`` on a listening socket until `stop`; with a context, over TLS."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        tls: ssl.SSLContext | None = None,
        limits: RequestLimits | None = None,
    ) -> None:
        config = LimitedConfig(
            app,
            http=TolerantProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            ssl_context_factory=None if tls is None else lambda _config, _default: tls,
        )
        if limits is not None:
            config.limits = limits
        super().__init__(config)
        self._listener = listener
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell who waits that connections are accepted."""
        await super().startup(sockets)
        self.listening.set()

    async def run_until_stopped(self) -> None:
        """Serve; returns when the last answer is out after `stop`."""
        await self.serve(sockets=[self._listener])

    def stop(self) -> None:
        """Accept nothing new and finish what is under way."""
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the process."""
        yield
