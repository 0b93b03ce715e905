"""Upkeep: gives up steps whose validity and grace are over, so that every message becomes final.

So are steps that were never sent: while no link has room nothing is claimed, and nobody else sees that they expire.
"""

from datetime import datetime, timedelta

import structlog

from tolmach.core.clock import Clock
from tolmach.core.moments import from_ms, to_ms
from tolmach.services.delivery import Delivery
from tolmach.store import queue
from tolmach.store.database import Database
from tolmach.store.queue import Kind
from tolmach.workers.bell import Bell, Bells, announce

log = structlog.get_logger()

BATCH = 500
POLL_SECONDS = 1.0
EXPIRY_EVERY = timedelta(seconds=30)  # it reads everything that is due


class UpkeepWorker:
    """Ends what waited too long. Rings ``due`` when a next step was planned, ``told`` when
    there are callbacks.
    """

    def __init__(
        self, name: str, database: Database, delivery: Delivery, clock: Clock, due: Bell | Bells, told: Bell
    ) -> None:
        self._name = name
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._due, self._told = due, told
        self._expiry_at: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        pause = Bell()
        while True:
            try:
                while await self.turn():
                    pass
                while await self.expire():
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
        announce(effects, self._due, self._told)
        return count

    async def expire(self) -> int:
        """End one batch of steps that expired unsent, every `EXPIRY_EVERY`; return how many there were."""
        now = self._clock.now()
        if self._expiry_at is not None and now < self._expiry_at:
            return 0
        if not await self._database.read(lambda tx: queue.expired(tx, to_ms(now), 1)):
            self._expiry_at = now + EXPIRY_EVERY
            return 0
        effects, count = await self._database.write(lambda tx: self._delivery.expire(tx, now, BATCH))
        announce(effects, self._due, self._told)
        return count
