"""Counts what waits for a link, every few seconds, so that acceptance knows when it is too much."""

from tolmach.core.clock import Clock
from tolmach.core.moments import to_ms
from tolmach.services.backlogs import Backlogs
from tolmach.store import queue
from tolmach.store.database import Database
from tolmach.workers.rounds import rounds

EVERY_SECONDS = 2.0


class BacklogsWorker:
    """Keeps `Backlogs` up to date; does nothing where there is no bound."""

    def __init__(self, database: Database, backlogs: Backlogs, clock: Clock) -> None:
        self._database = database
        self._backlogs = backlogs
        self._clock = clock

    async def run(self) -> None:
        """Count until cancelled."""
        await rounds(self.count, EVERY_SECONDS, "what waits cannot be counted")

    async def count(self) -> None:
        """Count once."""
        if self._backlogs.limited:
            now = to_ms(self._clock.now())
            self._backlogs.counted(await self._database.read(lambda tx: queue.backlogs(tx, now)))
