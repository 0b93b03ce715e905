"""A line: batches of parcels over a stream, each with its length before it. What is said in one turn goes together."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any, Final

import structlog

from tolmach.fronts.parcels import Parcel, pack, unpack

log = structlog.get_logger()

_LENGTH: Final = struct.Struct(">I")


class Line(asyncio.Protocol):
    """One end of a line. ``heard`` gets every parcel; ``lost`` is called once, when the other end is gone.

    ``unsaid`` gets a parcel that cannot be packed: a mistake of ours, of which who waits for it must be told.
    """

    def __init__(
        self,
        heard: Callable[["Line", Parcel], None],
        lost: Callable[["Line"], None],
        unsaid: Callable[["Line", Parcel], None],
    ) -> None:
        self._heard, self._lost, self._unsaid = heard, lost, unsaid
        self._said: list[Parcel] = []
        self._come = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        """The line is there."""
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        """The other end is gone."""
        self._lost(self)

    def say(self, parcel: Parcel) -> None:
        """Send a parcel, with all others of this turn of the loop; over a lost line nothing is sent."""
        if not self._said:
            asyncio.get_running_loop().call_soon(self._flush)
        self._said.append(parcel)

    def close(self) -> None:
        """Send what was said and end the line."""
        if self._transport is not None:
            self._flush()
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take what has come, batch by batch."""
        self._come += data
        while len(self._come) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._come)[0]
            if len(self._come) < end:
                return
            packed = bytes(memoryview(self._come)[_LENGTH.size : end])
            del self._come[:end]
            for parcel in unpack(packed):
                self._heard(self, parcel)

    def _flush(self) -> None:
        said, self._said = self._said, []
        if not said or self._transport is None or self._transport.is_closing():
            return
        try:
            packed = pack(said)
        except Exception:
            packed = self._packed_alone(said)
        if packed:
            self._transport.write(_LENGTH.pack(len(packed)) + packed)

    def _packed_alone(self, said: list[Parcel]) -> bytes:
        """Pack what can be packed; one bad parcel must not take its neighbours along."""
        good: list[Parcel] = []
        for parcel in said:
            try:
                pack([parcel])
            except Exception:
                log.exception("cannot be said over a line", kind=type(parcel).__name__)
                self._unsaid(self, parcel)
            else:
                good.append(parcel)
        return pack(good) if good else b""


def introduce(introductions: socket.socket) -> socket.socket:
    """Return one end of a new line; the other one is given to whoever reads ``introductions``, now or later."""
    mine, theirs = socket.socketpair()
    with theirs:
        try:
            socket.send_fds(introductions, [b"line"], [theirs.fileno()])
        except OSError:
            mine.close()
            raise
    mine.setblocking(False)
    return mine


def introduced(introductions: socket.socket) -> socket.socket | None:
    """Return the other end of a line that somebody has introduced; None when nobody has."""
    try:
        data, descriptors, _, _ = socket.recv_fds(introductions, 16, 1)
    except BlockingIOError:
        return None
    if not descriptors:
        if data:
            log.error("a front's line cannot be taken: this process has too many open files")
        return None
    line = socket.socket(fileno=descriptors[0])
    line.setblocking(False)
    return line
