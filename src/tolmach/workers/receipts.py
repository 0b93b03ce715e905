"""Receipts: gathers what links report while the last batch is written; confirms after the commit."""

import asyncio
from collections.abc import Sequence

import structlog

from tolmach.core.clock import Clock
from tolmach.core.delivery import ProviderEvent
from tolmach.services.delivery import Delivery
from tolmach.store.database import Database
from tolmach.workers.bell import Bell

log = structlog.get_logger()

BATCH = 2_000


class ReceiptsWorker:
    """Writes receipts in batches. Rings ``due`` (a next step may be planned) and ``told`` after each commit."""

    def __init__(self, database: Database, delivery: Delivery, clock: Clock, due: Bell, told: Bell) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._bells = (due, told)
        self._waiting: list[tuple[Sequence[ProviderEvent], asyncio.Future[None]]] = []
        self._arrived = asyncio.Event()

    async def take(self, events: Sequence[ProviderEvent]) -> None:
        """Return once the events are committed (this is the `EventSink` of links)."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, stored))
        self._arrived.set()
        await stored

    async def run(self) -> None:
        """Write batch after batch until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._write(self._gather())

    def _gather(self) -> list[tuple[Sequence[ProviderEvent], asyncio.Future[None]]]:
        batch, size = [], 0
        while self._waiting and size < BATCH:
            events, stored = self._waiting.pop(0)
            batch.append((events, stored))
            size += len(events)
        return batch

    async def _write(self, batch: list[tuple[Sequence[ProviderEvent], asyncio.Future[None]]]) -> None:
        events = [event for some, _ in batch for event in some]
        now = self._clock.now()
        try:
            unknown = await self._database.write(lambda tx: self._delivery.receive(tx, events, now))
        except Exception as error:
            log.exception("receipts cannot be stored; links will repeat them")
            for _, stored in batch:
                if not stored.done():
                    stored.set_exception(error)
            return
        if unknown:
            log.warning("receipts that match no message", count=unknown)
        for bell in self._bells:
            bell.ring()
        for _, stored in batch:
            if not stored.done():
                stored.set_result(None)
