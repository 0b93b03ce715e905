"""A TCP connection between a link and an SMSC, to be cut in the middle of a PDU, as a cable would be.

From the moment at which it is told to, nothing comes back to the link any more. So many submits still reach the SMSC
whole, of the next one half, then both ends are reset. Connections that come later pass everything.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

SUBMIT, ANSWER = 0x00000004, 0x80000004
_HEADER: Final = struct.Struct(">II")


@dataclass
class Cutter:
    """Passes PDUs on to ``target``, a port of this machine, until it is told to `cut`."""

    target: int
    port: int = 0
    whole: int | None = None
    """Submits that still pass; None while nothing is to be cut."""
    taken: list[bytes] = field(default_factory=list)
    """Submits that reached the SMSC whole since `cut`."""
    unheard: int = 0
    """Answers to them, which reached nobody."""
    cuts: int = 0

    def cut(self, whole: int) -> None:
        """Be deaf from now on, and cut when so many more submits have passed and been answered."""
        self.whole = whole

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        far_reader, far = await asyncio.open_connection("127.0.0.1", self.target)
        ways = [self._there(reader, far), self._back(far_reader, writer)]
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            writer.transport.abort()
            far.transport.abort()

    async def _there(self, reader: asyncio.StreamReader, far: asyncio.StreamWriter) -> None:
        while True:
            command, data = await _pdu(reader)
            if self.whole is not None and command == SUBMIT:
                if len(self.taken) == self.whole:
                    await self._end(far, data)
                    return
                self.taken.append(data)
            far.write(data)
            await far.drain()

    async def _back(self, far: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            command, data = await _pdu(far)
            if self.whole is None:
                writer.write(data)
                await writer.drain()
            elif command == ANSWER:
                self.unheard += 1

    async def _end(self, far: asyncio.StreamWriter, data: bytes) -> None:
        """Send half of a PDU; let the connection end when what passed before it has been answered."""
        far.write(data[: len(data) // 2])
        await far.drain()
        while self.unheard < len(self.taken):  # noqa: ASYNC110 - an answer is no event of ours
            await asyncio.sleep(0.005)
        self.whole = None
        self.cuts += 1


async def _pdu(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    header = await reader.readexactly(_HEADER.size)
    length, command = _HEADER.unpack(header)
    return command, header + await reader.readexactly(length - _HEADER.size)


@asynccontextmanager
async def cutting(target: int) -> AsyncIterator[Cutter]:
    """A cutter on a free port of this machine."""
    cutter = Cutter(target)
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await cutter.serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            running.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    cutter.port = server.sockets[0].getsockname()[1]
    try:
        yield cutter
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
