"""Receipts and incoming messages: gathers what links report while the last batch is written.

It confirms after the commit.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

import structlog

from tolmach.core.clock import Clock
from tolmach.core.delivery import Inbound, ProviderEvent, Receipt
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.ports import PartlyStoredError
from tolmach.core.traces import Traces
from tolmach.services.delivery import Delivery
from tolmach.services.early import Held
from tolmach.services.inbox import Inbox
from tolmach.services.progress import Effects
from tolmach.store.database import Database, Tx
from tolmach.workers import spans
from tolmach.workers.bell import Bell, Bells, announce
from tolmach.workers.rounds import complain
from tolmach.workers.tally import Tally

log = structlog.get_logger()

_KeptOut = tuple[Sequence[ProviderEvent], Exception]

BATCH = 500  # what is stored in one transaction
HELD_SECONDS = 1.0  # that a receipt waits for the leg that it is stored with


class ReceiptsWorker:
    """Writes events in batches. Rings ``due`` when a next step was planned, ``told`` when there are callbacks."""

    def __init__(
        self, database: Database, delivery: Delivery, inbox: Inbox, clock: Clock, due: Bell | Bells, told: Bell
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._inbox = inbox
        self._clock = clock
        self._due, self._told = due, told
        self.tally = Tally()
        self.traces: Traces | None = None
        self._waiting: list[tuple[Sequence[ProviderEvent], asyncio.Future[None]]] = []
        self._arrived = asyncio.Event()

    async def take(self, events: Sequence[ProviderEvent]) -> None:
        """Return once the events are committed (this is the `EventSink` of links)."""
        early = [held for event in events if isinstance(event, Receipt) and (held := self._delivery.early.hold(event))]
        theirs = {id(held.receipt) for held in early}
        others = [event for event in events if id(event) not in theirs]
        kept_out = await self._put(others) if others else []
        if early:
            await self._with_legs(early)
            self._note([held.receipt for held in early if held.stored.result()], 0, self._clock.now())
            if rest := [held.receipt for held in early if not held.stored.result()]:
                kept_out += await self._put(rest)
        _tell(events, kept_out)

    async def _with_legs(self, early: Sequence[Held]) -> None:
        """Wait until legs are stored with what is held for them, but not long: what follows waits for it, too.

        Of a long message one part is told of while the next has no answer, and perhaps never gets one.
        """
        _, waiting = await asyncio.wait([held.stored for held in early], timeout=HELD_SECONDS)
        if waiting:
            self._delivery.early.withdraw(held for held in early if not held.stored.done())

    async def _put(self, events: Sequence[ProviderEvent]) -> list[_KeptOut]:
        """Return what could not be stored, in pieces."""
        loop, most = asyncio.get_running_loop(), self._database.pile(BATCH)
        pieces = [(events[start : start + most], loop.create_future()) for start in range(0, len(events), most)]
        self._waiting += pieces
        self._arrived.set()
        came = await asyncio.gather(*(stored for _, stored in pieces), return_exceptions=True)
        both = zip(pieces, came, strict=True)
        return [(piece, error) for (piece, _), error in both if isinstance(error, Exception)]

    async def run(self) -> None:
        """Write batch after batch until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._write(self._gather())

    def _gather(self) -> list[tuple[Sequence[ProviderEvent], asyncio.Future[None]]]:
        batch, size, most = [], 0, self._database.pile(BATCH)
        while self._waiting and size < most:
            events, stored = self._waiting.pop(0)
            batch.append((events, stored))
            size += len(events)
        return batch

    async def _write(self, batch: list[tuple[Sequence[ProviderEvent], asyncio.Future[None]]]) -> None:
        error: Exception | None = None
        try:
            await self._store([event for some, _ in batch for event in some])
        except Exception as caught:
            if len(batch) > 1 and not isinstance(caught, StoreUnavailableError):
                for piece in batch:  # what one link tells and cannot be stored must not have the others' repeated
                    await self._write([piece])
                return
            complain("events cannot be stored; links will repeat them", caught)
            error = caught
        for _, stored in batch:
            _confirm(stored, error)

    async def _store(self, events: Sequence[ProviderEvent]) -> None:
        receipts = [event for event in events if isinstance(event, Receipt)]
        inbound = [event for event in events if isinstance(event, Inbound)]
        now = self._clock.now()

        def store(tx: Tx) -> tuple[Effects, int]:
            if inbound:
                self._inbox.receive(tx, inbound, now)
            return self._delivery.receive(tx, receipts, now)

        since = 0 if self.traces is None else self.traces.now()
        effects, unknown = await self._database.write_pile(store, len(events))
        announce(effects, self._due, self._told)
        if self.traces is not None:
            spans.heard(self.traces, effects.heard, since)
        self._note(receipts, unknown, now)
        self.tally.heard(inbound)
        if unknown:
            log.warning("receipts that match no message", count=unknown)

    def _note(self, receipts: Sequence[Receipt], unknown: int, now: datetime) -> None:
        self.tally.told(receipts, unknown, now)
        if log.is_enabled_for(logging.DEBUG):
            log.debug("receipts", receipts=[(one.link, one.provider_id, one.status.value) for one in receipts])


def _tell(events: Sequence[ProviderEvent], kept_out: Sequence[_KeptOut]) -> None:
    """Raise what kept pieces of the events out; that the store is away says more of them than anything else."""
    if not kept_out:
        return
    errors = [error for _, error in kept_out]
    error = next((one for one in errors if isinstance(one, StoreUnavailableError)), errors[0])
    left = [event for piece, _ in kept_out for event in piece]
    raise error if len(left) == len(events) else PartlyStoredError(left, error)


def _confirm(stored: asyncio.Future[None], error: Exception | None) -> None:
    if stored.done():
        return  # who waited has gone
    if error is None:
        stored.set_result(None)
    else:
        stored.set_exception(error)
