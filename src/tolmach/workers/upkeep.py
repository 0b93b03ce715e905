"""Upkeep: gives up steps whose validity and grace are over, so that every message becomes final."""

import structlog

from tolmach.core.clock import Clock
from tolmach.core.moments import from_ms
from tolmach.services.delivery import Delivery
from tolmach.store import queue
from tolmach.store.database import Database
from tolmach.store.queue import Kind
from tolmach.workers.bell import Bell

log = structlog.get_logger()

BATCH = 500
POLL_SECONDS = 1.0


class UpkeepWorker:
    """Ends what waited too long. Rings ``due`` when a next step was planned, ``told`` when
    there are callbacks.
    """

    def __init__(self, name: str, database: Database, delivery: Delivery, clock: Clock, due: Bell, told: Bell) -> None:
        self._name = name
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._due, self._told = due, told

    async def run(self) -> None:
        """Work until cancelled."""
        pause = Bell()
        while True:
            try:
                while await self.turn():
                    pass
            except Exception:
                log.exception("upkeep cannot use the database")
            await pause.wait(POLL_SECONDS)

    async def turn(self) -> int:
        """End one batch; return how many steps it had."""
        now = self._clock.now()
        next_due = await self._database.read(lambda tx: queue.next_due(tx, Kind.GIVE_UP))
        if next_due is None or from_ms(next_due) > now:
            return 0
        effects, count = await self._database.write(lambda tx: self._delivery.give_up(tx, self._name, now, BATCH))
        if effects.steps:
            self._due.ring()
        if effects.callbacks:
            self._told.ring()
        return count
