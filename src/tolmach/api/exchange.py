"""One request and its answer, as our own server knows them beyond ASGI.

ASGI asks for a body piece by piece and takes an answer in two. Nearly every request of a client of ours has come whole
when its turn comes, and has a short answer that is there at once: then the body is taken and the answer written in one
step each, without a clock that watches over the body. Whatever is different goes the way of ASGI.
"""

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HEADER_RE, HEADER_VALUE_RE, STATUS_LINE, RequestResponseCycle

EXTENSION: Final = "tolmach.exchange"


class Exchange:
    """The request that a cycle of uvicorn's is about."""

    __slots__ = ("_cycle", "_transport")

    def __init__(self, cycle: RequestResponseCycle, transport: asyncio.Transport) -> None:
        self._cycle = cycle
        self._transport = transport

    def body(self) -> bytes | None:
        """Return the body if all of it has come; None while more is to come, or nobody is there for an answer."""
        cycle = self._cycle
        if cycle.more_body or cycle.disconnected or cycle.response_started:
            return None
        body = bytes(cycle.body)
        cycle.body = bytearray()
        cycle.message_event.clear()
        return body

    def answer(self, status: int, headers: Mapping[str, str], body: bytes, request_id: str) -> bool:
        """Answer at once; False where that is to be done by ASGI's rules. ``headers`` have lower-case names."""
        cycle = self._cycle
        if cycle.response_started or cycle.flow.write_paused or "connection" in headers or "content-length" in headers:
            return False
        if cycle.scope["method"] == "HEAD":
            return False
        cycle.response_started = cycle.response_complete = True
        if not cycle.disconnected:
            head = _head(status, tuple(headers.items()))
            dated = b"".join(b"%b: %b\r\n" % header for header in cycle.default_headers)
            close = b"" if cycle.keep_alive else b"connection: close\r\n"
            framed = b"content-length: %d\r\nx-request-id: %b\r\n%b\r\n" % (len(body), request_id.encode(), close)
            self._transport.write(b"".join((head, dated, framed, body)))
            cycle.message_event.set()
            if not cycle.keep_alive:
                self._transport.close()
            cycle.on_response()
        return True

    def hang_up(self) -> None:
        """End the connection without an answer, as it ends when a process dies."""
        self._cycle.response_started = self._cycle.response_complete = True
        self._cycle.message_event.set()
        self._transport.abort()


def exchange_of(scope: Scope) -> Exchange | None:
    """Take what our server put beside a request; the request forgets it, since each knows the other."""
    extensions = scope.get("extensions")
    found: Exchange | None = extensions.pop(EXTENSION, None) if extensions else None
    return found


@lru_cache(512)
def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Return the status line and the headers; ValueError for what is no header."""
    lines = [STATUS_LINE[status]]
    for name, value in headers:
        raw = name.encode("latin-1"), value.encode("latin-1")
        if HEADER_RE.search(raw[0]) or HEADER_VALUE_RE.search(raw[1]):
            raise ValueError(f"not a header: {name}")
        lines.append(b"%b: %b\r\n" % raw)
    return b"".join(lines)
