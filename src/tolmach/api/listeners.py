"""Listeners: the sockets that the gateway answers on, each with its dialects, and TLS where it has a certificate."""

import socket
from collections.abc import Sequence

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tolmach.api import sockets
from tolmach.api.exchange import exchange_of
from tolmach.api.northbound import Northbound
from tolmach.api.server import HttpServer
from tolmach.api.tls import Certificate
from tolmach.core.listeners import Listener

NOT_FOUND = PlainTextResponse("Not Found", status_code=404)


class Door:
    """What is answered on one listener: its dialects by their paths, everything else by the pages, if it has them."""

    def __init__(self, listener: Listener, northbound: Northbound, pages: ASGIApp) -> None:
        self._listener = listener
        self._northbound = northbound
        self._pages: ASGIApp = pages if listener.pages else NOT_FOUND

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request."""
        exchange = exchange_of(scope)
        endpoint = self._northbound.endpoint(scope["path"]) if scope["type"] == "http" else None
        if endpoint is not None and self._listener.speaks(endpoint.dialect):
            await self._northbound(endpoint, scope, receive, send, exchange)
        else:
            await self._pages(scope, receive, send)


class Listening:
    """Sockets that are bound, and the servers behind them."""

    def __init__(self, listeners: Sequence[Listener], bound: Sequence[socket.socket] | None = None) -> None:
        """Load the certificates and bind every address; raises `PortTakenError` and `BadCertificateError`.

        ``bound`` are sockets that somebody else has bound already, in the order of the listeners.
        """
        self._listeners = listeners
        self._certificates = [
            Certificate(each.certificate, each.key) if each.certificate and each.key else None for each in listeners
        ]
        self._sockets = list(bound) if bound is not None else sockets.bound(listeners)

    @property
    def certificates(self) -> Sequence[Certificate]:
        """The certificates that are in use."""
        return [certificate for certificate in self._certificates if certificate is not None]

    @property
    def addresses(self) -> Sequence[tuple[str, int]]:
        """Host and port of every listener, in order."""
        return [each.getsockname()[:2] for each in self._sockets]

    @property
    def urls(self) -> Sequence[str]:
        """The address of every listener, in order."""
        return sockets.urls(self._listeners, self._sockets)

    def servers(self, northbound: Northbound, pages: ASGIApp) -> Sequence[HttpServer]:
        """Return a server for every socket."""
        return [
            HttpServer(
                Door(listener, northbound, pages),
                bound,
                certificate.context if certificate else None,
                northbound.limits,
            )
            for listener, bound, certificate in zip(self._listeners, self._sockets, self._certificates, strict=True)
        ]

    def close(self) -> None:
        """Close the sockets."""
        for each in self._sockets:
            each.close()
