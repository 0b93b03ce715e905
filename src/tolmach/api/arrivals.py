"""Bodies that are still to come: bounded in time, number and octets, apart from the requests that are in work.

A request counts as work once its body is there, so that clients who send slowly, or never to the end, keep out nobody
whose request has come. Where too many bodies are under way one gives way to the next: the oldest of the address from
which most come, since bodies of those who mean it come within moments.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from starlette.types import Receive

from tolmach.core.errors import Failure, RequestError
from tolmach.core.limits import RequestLimits

DRAINED: Final = 8  # times the limit: what is read of a body only to be dropped
ROOM: Final = 16  # times the limit: the octets that all bodies under way may have


class _Body:
    """One that is under way."""

    __slots__ = ("gave_way", "octets", "patience", "remote")

    def __init__(self, remote: str, patience: asyncio.Timeout) -> None:
        self.remote = remote
        self.patience = patience
        self.octets = 0
        self.gave_way = False


class Arrivals:
    """The bodies under way of one process: as many as requests may be in work, of `ROOM` times the limit of one."""

    def __init__(self, limits: RequestLimits) -> None:
        self._limits = limits
        self._coming: dict[str, dict[_Body, None]] = {}  # by address; each from the oldest on
        self._count = 0
        self._octets = 0

    async def read(self, receive: Receive, remote: str) -> bytes | None:
        """Return a body; None for one over the limit, which is drained, so that the client reads our answer.

        RequestError BUSY when it does not come in time or gives way, ConnectionError when its client goes before.
        """
        body: _Body | None = None
        try:
            async with asyncio.timeout(self._limits.body_seconds) as patience:
                body = self._begin(remote, patience)
                return await self._collect(receive, body)
        except TimeoutError:
            if body is not None and body.gave_way:
                raise RequestError(Failure.BUSY, "too many bodies are under way", retry_after=1) from None
            raise RequestError(Failure.BUSY, "its body did not come in time") from None
        finally:
            if body is not None:
                self._end(body)

    async def _collect(self, receive: Receive, body: _Body) -> bytes | None:
        pieces: list[bytes] = []
        most = self._limits.body
        size, more = 0, True
        while more and size <= (1 + DRAINED) * most:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionAbortedError("the request breaks off")
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > most:
                pieces.clear()
            self._grow(body, size if size <= most else 0)
            more = message.get("more_body", False)
        return b"".join(pieces) if size <= most else None

    def _begin(self, remote: str, patience: asyncio.Timeout) -> _Body:
        if self._count >= self._limits.at_once:
            most = max((len(those), remote) for remote, those in self._coming.items())[1]
            self._give_way(next(iter(self._coming[most])))
        body = _Body(remote, patience)
        self._coming.setdefault(remote, {})[body] = None
        self._count += 1
        return body

    def _grow(self, body: _Body, octets: int) -> None:
        if body.gave_way:
            return
        self._octets += octets - body.octets
        body.octets = octets
        if self._octets > ROOM * self._limits.body:
            self._give_way(max(max(self._coming.values(), key=_octets), key=lambda each: each.octets))

    def _give_way(self, body: _Body) -> None:
        """Have a body given up as one that is late; its place is free at once."""
        body.gave_way = True
        self._end(body)
        if not body.patience.expired():
            body.patience.reschedule(asyncio.get_running_loop().time())

    def _end(self, body: _Body) -> None:
        those = self._coming.get(body.remote, {})
        if body not in those:
            return
        del those[body]
        if not those:
            del self._coming[body.remote]
        self._count -= 1
        self._octets -= body.octets


def _octets(bodies: Iterable[_Body]) -> int:
    return sum(each.octets for each in bodies)
