"""Counts what waits for a link, every few seconds, so that acceptance knows when it is too much."""

import time
from collections.abc import Callable

from tolmach.core.clock import Clock
from tolmach.core.moments import to_ms
from tolmach.services.backlogs import Backlogs
from tolmach.services.catalogue import Catalogue
from tolmach.services.linkqueues import waiting
from tolmach.store import queue
from tolmach.store.database import Database
from tolmach.workers.rounds import rounds

EVERY_SECONDS = 2.0


class BacklogsWorker:
    """Keeps `Backlogs` up to date; does nothing where there is no bound."""

    def __init__(
        self, database: Database, backlogs: Backlogs, clock: Clock, catalogue: Catalogue | None = None
    ) -> None:
        self._database = database
        self._catalogue = catalogue or Catalogue()
        self._backlogs = backlogs
        self._clock = clock
        self._counted = -EVERY_SECONDS
        self.pause: Callable[[], float] = lambda: EVERY_SECONDS
        """Seconds after which it counts though nothing seems to wait."""

    async def run(self) -> None:
        """Count until cancelled."""
        await rounds(self._round, EVERY_SECONDS, "what waits cannot be counted")

    async def _round(self) -> None:
        """Count, but seldom while next to nothing waits: a bound is far off then."""
        now = time.monotonic()
        if self._backlogs.busy or now - self._counted >= self.pause():
            self._counted = now
            await self.count()

    async def count(self) -> None:
        """Count once."""
        if self._backlogs.limited:
            now = to_ms(self._clock.now())
            links = self._backlogs.links()
            found, of_links = await self._database.read(
                lambda tx: (queue.backlogs(tx, now), waiting(tx, self._catalogue.at(tx), links, now))
            )
            self._backlogs.counted(found)
            self._backlogs.counted_links(of_links)
