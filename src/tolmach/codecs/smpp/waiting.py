"""Requests of ours that wait for an answer, in the order in which they were sent."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tolmach.codecs.smpp.constants import RESPONSE_BIT

REMEMBERED: Final = 10_000
"""Requests whose time ran out that are remembered, so that a late answer still finds its tag."""


class Request(NamedTuple):
    """The owner's tag, the command, and when it was queued."""

    tag: object
    command: int
    sent_at: float


class Waiting:
    """The window. `len` counts only requests whose time has not run out."""

    __slots__ = ("_expired", "_fresh", "pending")

    def __init__(self) -> None:
        self.pending: dict[int, Request] = {}
        self._fresh: set[int] = set()  # queued, but their octets were not yet taken
        self._expired: dict[int, Request] = {}

    def __len__(self) -> int:
        return len(self.pending)

    def __contains__(self, sequence: int) -> bool:
        return sequence in self.pending or sequence in self._expired

    def add(self, sequence: int, request: Request) -> None:
        """One more request."""
        self.pending[sequence] = request
        self._fresh.add(sequence)

    def handed_over(self) -> None:
        """The octets of all requests were taken."""
        self._fresh.clear()

    def oldest(self) -> float | None:
        """When the longest waiting request was queued, if its octets were taken."""
        for sequence, request in self.pending.items():
            return None if sequence in self._fresh else request.sent_at
        return None

    def answer(self, sequence: int, command: int) -> tuple[Request, bool] | None:
        """The request that this answer belongs to, and whether its time had run out; None for a stray.

        An answer of another command's type does not count; generic_nack answers anything.
        """
        requests, late = self.pending, False
        request = requests.get(sequence)
        if request is None:
            requests, late = self._expired, True
            request = requests.get(sequence)
        if request is None or command not in (request.command | RESPONSE_BIT, RESPONSE_BIT):
            return None
        del requests[sequence]
        return request, late

    def expire(self, before: float) -> list[tuple[int, Request]]:
        """Take out the handed over requests queued at `before` or earlier; their answers will be late."""
        gone: list[tuple[int, Request]] = []
        for sequence, request in self.pending.items():
            if request.sent_at > before or sequence in self._fresh:
                break
            gone.append((sequence, request))
        for sequence, request in gone:
            del self.pending[sequence]
            self._expired[sequence] = request
        while len(self._expired) > REMEMBERED:
            del self._expired[next(iter(self._expired))]
        return gone

    def drain(self) -> Iterator[tuple[int, Request, bool]]:
        """Take out everything: sequence, request, and whether its octets had been taken."""
        for sequence, request in self.pending.items():
            yield sequence, request, sequence not in self._fresh
        self.pending.clear()
        self._fresh.clear()
        self._expired.clear()
