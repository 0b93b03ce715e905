"""Receipts and subscribers' messages on their way to the store: handed over in batches, acknowledged when stored."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from tolmach.codecs.smpp.bodies import Body, DataSm, DataSmResp, DeliverSmResp
from tolmach.codecs.smpp.constants import Status
from tolmach.connectors.handover import hand_over
from tolmach.core.delivery import ProviderEvent
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.ports import EventSink

BATCH: Final = 250
MOST: Final = 5_000
"""Events held in memory; beyond them the connections are not read, and the carrier waits."""

log = structlog.get_logger(__name__)


class Origin(Protocol):
    """The connection that an event came by."""

    def respond(self, sequence: int, body: Body, status: int) -> None:
        """Answer a request; without effect when the connection is gone."""
        ...

    def flush(self) -> None:
        """Write what was answered."""
        ...


class Letter:
    """One event and how to answer for it."""

    __slots__ = ("_by_data", "_sequence", "event", "origin")

    def __init__(self, origin: Origin, sequence: int, body: Body, event: ProviderEvent) -> None:
        self.origin = origin
        self.event = event
        self._sequence = sequence
        self._by_data = isinstance(body, DataSm)

    def answer(self, status: int) -> None:
        """Tell the carrier."""
        self.origin.respond(self._sequence, DataSmResp() if self._by_data else DeliverSmResp(), status)


class Inbox:
    """Hands events to the sink, as many at once as have come while the last ones were stored.

    ``drained`` is called after each batch that was taken out.
    """

    def __init__(self, link: str, drained: Callable[[], None]) -> None:
        self._link = link
        self._drained = drained
        self._letters: list[Letter] = []
        self._arrived = asyncio.Event()
        self.unstored = 0

    @property
    def full(self) -> bool:
        """No more should be read."""
        return len(self._letters) >= MOST

    def put(self, letter: Letter) -> None:
        """Take an event."""
        self._letters.append(letter)
        self._arrived.set()

    async def run(self, sink: EventSink) -> None:
        """Hand over batch after batch, until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._letters:
                batch, self._letters = self._letters[:BATCH], self._letters[BATCH:]
                await self._hand_over(sink, batch)
                self._drained()

    async def _hand_over(self, sink: EventSink, batch: Sequence[Letter]) -> None:
        """Store the events and answer; RX_T_APPN asks the carrier to keep and repeat what could not be stored."""
        letters = {id(letter.event): letter for letter in batch}
        async for some, error in hand_over(sink, [letter.event for letter in batch]):
            if error is not None:
                self._complain(len(some), error)
            _answer([letters[id(event)] for event in some], Status.ROK if error is None else Status.RX_T_APPN)

    def _complain(self, count: int, error: Exception) -> None:
        self.unstored += count
        if isinstance(error, StoreUnavailableError):  # no bug, and it may happen often: not with its traceback
            log.error("smpp-events-not-stored", link=self._link, count=count, error=str(error))
        else:
            name = type(error).__name__
            log.error("smpp-events-not-stored", link=self._link, count=count, error=name, exc_info=error)


def _answer(batch: Sequence[Letter], status: int) -> None:
    for letter in batch:
        letter.answer(status)
    for origin in {letter.origin for letter in batch}:
        origin.flush()
