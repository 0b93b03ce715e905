"""HTTP as old clients speak it, on top of uvicorn's parser.

- A header line without a colon (PHP's ``array('Content-type: text/xml','charset=utf-8')``) is dropped, not refused.
- So is ``Upgrade`` (Java offers HTTP/2 with its first request): the parser would take the body for another protocol's.
- Bytes after the declared length (curl's CRLF option expands the body but not its length) are dropped and the
  connection is closed after the answer, instead of being taken for a second request.
- A client that ends its side of the connection after its request still gets the answer.
- Head and body of an answer leave in one packet, not in two.
- A connection on which the head of a request does not come in time is closed, and so is one whose head has no end.
- So is one whose body comes too slowly, whoever reads it or does not. The dialects have said so before.
"""

import asyncio
import re
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tolmach.api.exchange import EXTENSION, Exchange
from tolmach.core.limits import RequestLimits

HEAD_LIMIT = 65_536  # a longer head goes to the parser as it comes
LONGEST_HEAD = 1_048_576  # the parser keeps whatever comes; a list of recipients may stand in an address
ANSWER_SECONDS = 5.0  # behind the time of a body, for the answer of whoever waited for it
HEAD_SECONDS = 75.0  # until the first head is there, as between requests; the same for one that comes as it is read
_METHOD = re.compile(rb"[A-Z]{1,16}(?: |\Z)")
_DROPPED = re.compile(rb"\r\n(?:[^:\r\n]+|upgrade[ \t]*:[^\r\n]*)(?=\r\n)", re.IGNORECASE)


class LimitedConfig(Config):
    """uvicorn's, and the limits of requests."""

    limits = RequestLimits()


class TolerantProtocol(HttpToolsProtocol):
    """One connection from a client."""

    _inside = False
    _deaf = False
    _head = b""
    _headed = False  # whether the head of the request is there
    _told = False  # whether the parser has made something of what came
    _kept = 0  # octets of which it has made nothing yet: of a head, or of what stands behind a body
    _patience: asyncio.TimerHandle | None = None  # for a head, or for a body that has not come with its head
    _came = 0  # octets of a body since that patience began

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._hurry()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._calm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless the rest of this connection is to be ignored."""
        if self._deaf:
            return
        if not self._inside:
            data = self._whole_head(data)
        if data:
            self._told = False
            super().data_received(data)
            if self._inside:
                self._wait(len(data))
            else:
                self._kept = 0

    def _wait(self, came: int) -> None:
        """More of a request is to come."""
        if self._headed:
            self._came += came
            if self._patience is None:
                self._give_time()
        if self._told:
            self._kept = 0
        else:
            self._bound(came)

    def _bound(self, came: int) -> None:
        """Let a head, and what stands behind a body, take neither all of the memory nor for ever."""
        self._kept += came
        if self._kept > LONGEST_HEAD:
            self._refuse()
        elif not self._headed and self._patience is None:
            self._hurry()

    def _refuse(self) -> None:
        if self._headed:  # its request has begun, and is not to wait for its end
            self._deaf = True
            self.transport.close()
        else:
            self.send_400_response("The head of the request is too long.")

    def _give_time(self) -> None:
        """Give the rest of a body the time that a body has."""
        self._came = 0
        seconds = cast(LimitedConfig, self.config).limits.body_seconds
        self._patience = self.loop.call_later(seconds + ANSWER_SECONDS, self._too_slow)

    def _too_slow(self) -> None:
        """Close, unless as much has come as a body of a client may have (files for pages are larger), or who answers
        has not read what came.
        """
        self._patience = None
        if self.flow.read_paused or self._came >= cast(LimitedConfig, self.config).limits.body:
            self._give_time()
        else:
            self._deaf = True
            self.timeout_keep_alive_handler()

    def _hurry(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _calm(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _whole_head(self, data: bytes) -> bytes:
        """Return a request from its first line on once its head has come, in however many pieces; till then nothing."""
        head = (self._head + data).lstrip(b"\r\n")  # line breaks that belong to no request are surplus too
        whole = b"\r\n\r\n" in head or b"\n\n" in head or len(head) > HEAD_LIMIT
        if whole or not _METHOD.match(head):  # what is no request is no use waiting for
            self._head = b""
            return mend_head(head)
        self._head = head
        return b""

    def on_message_begin(self) -> None:
        """A request begins."""
        self._inside = True
        self._headed = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A request's head has been read."""
        self._headed = self._told = True
        self._calm()
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self.cycle.transport = cast(asyncio.Transport, Joined(self.transport))
            scope = cast(dict[str, Any], self.cycle.scope)
            scope["extensions"] = {EXTENSION: Exchange(self.cycle, self.transport)}

    def on_body(self, body: bytes) -> None:
        """A piece of a request's body has been read."""
        self._told = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request has been read to its declared length."""
        self._inside = False
        if self._patience is not None:
            self._calm()
        super().on_message_complete()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Tell the transport whether to stay open for an answer. A GET may be a stream, which ends with its reader."""
        cycle: RequestResponseCycle | None = self.cycle
        if self.scheme == "https" or cycle is None or cycle.more_body or cycle.response_complete:
            return False  # TLS has no half-closed connections
        if cycle.scope["method"] == "GET":
            return False
        cycle.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:
        """Answer garbage, but not when it is what follows a request that has been read."""
        self._deaf = True
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None:
            super().send_400_response(msg)
        elif cycle.response_complete:
            self.transport.close()
        else:
            cycle.keep_alive = False


class Joined:
    """The transport of one answer: its head waits for what is written behind it in the same turn of the loop.

    The event loop writes at once: head and body would cost two calls to the kernel, two packets, and two wake-ups of
    the client.
    """

    __slots__ = ("_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None  # what waits; b"" once it is out

    def write(self, data: bytes) -> None:
        """Write, but keep the first piece for the second."""
        if self._head is None and data:
            self._head = data
            asyncio.get_running_loop().call_soon(self._flush)
        else:
            self._transport.write((self._head or b"") + data)
            self._head = b""

    def close(self) -> None:
        """End the connection behind what was written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head and not self._transport.is_closing():
            self._transport.write(self._head)
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the transport does."""
        return getattr(self._transport, name)


def mend_head(data: bytes) -> bytes:
    """Return a request head without the header lines that would hurt; anything else as it was."""
    end = data.find(b"\r\n\r\n")
    first = data.find(b"\r\n")
    if end < 0 or first == end or _DROPPED.search(data, first, end + 2) is None:
        return data
    return data[:first] + _DROPPED.sub(b"", data[first : end + 2]) + data[end + 2 :]
