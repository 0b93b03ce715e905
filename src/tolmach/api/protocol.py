"""HTTP as old clients speak it, on top of uvicorn's parser.

- A header line without a colon (PHP's ``array('Content-type: text/xml','charset=utf-8')``) is dropped, not refused.
- Bytes after the declared length (curl's CRLF option expands the body but not its length) are dropped and the
  connection is closed after the answer, instead of being taken for a second request.
"""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_LIMIT = 65_536  # a longer head goes to the parser as it comes
_METHOD = re.compile(rb"[A-Z]{1,16}(?: |\Z)")
_COLONLESS = re.compile(rb"\r\n[^:\r\n]+(?=\r\n)")


class TolerantProtocol(HttpToolsProtocol):
    """One connection from a client."""

    _inside = False
    _deaf = False
    _head = b""

    def data_received(self, data: bytes) -> None:
        """Feed the parser, unless the rest of this connection is to be ignored."""
        if self._deaf:
            return
        if not self._inside:
            data = self._whole_head(data)
        if data:
            super().data_received(data)

    def _whole_head(self, data: bytes) -> bytes:
        """Return a request from its first line on once its head has come, in however many pieces; till then nothing."""
        head = (self._head + data).lstrip(b"\r\n")  # line breaks that belong to no request are surplus too
        whole = b"\r\n\r\n" in head or b"\n\n" in head or len(head) > HEAD_LIMIT
        if whole or not _METHOD.match(head):  # what is no request is no use waiting for
            self._head = b""
            return drop_colonless_headers(head)
        self._head = head
        return b""

    def on_message_begin(self) -> None:
        """A request begins."""
        self._inside = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """A request has been read to its declared length."""
        self._inside = False
        super().on_message_complete()

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


def drop_colonless_headers(data: bytes) -> bytes:
    """Return a request head without the header lines that have no colon; anything else as it was."""
    end = data.find(b"\r\n\r\n")
    first = data.find(b"\r\n")
    if end < 0 or first == end or _COLONLESS.search(data, first, end + 2) is None:
        return data
    return data[:first] + _COLONLESS.sub(b"", data[first : end + 2]) + data[end + 2 :]
