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
SELDOM_SECONDS = 10.0
SHARE = 10


class BacklogsWorker:
    """Keeps `Backlogs` up to date. What waits for links is counted where there is no bound, too: people look at it."""

    def __init__(
        self, database: Database, backlogs: Backlogs, clock: Clock, catalogue: Catalogue | None = None
    ) -> None:
        self._database = database
        self._catalogue = catalogue or Catalogue()
        self._backlogs = backlogs
        self._clock = clock
        self._counted = -EVERY_SECONDS
        self._links_counted, self._took = -SELDOM_SECONDS, 0.0
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
        now = to_ms(self._clock.now())
        if self._backlogs.limited:
            self._backlogs.counted(await self._database.read(lambda tx: queue.backlogs(tx, now)))
        await self._count_links(now)

    async def _count_links(self, now: int) -> None:
        """Count what waits for each link: seldom while it matters to nobody, and for a tenth of the time at most."""
        begun = time.monotonic()
        pause = 0.0 if self._backlogs.presses else SELDOM_SECONDS
        if begun - self._links_counted < max(pause, SHARE * self._took):
            return
        links = self._backlogs.links()
        found = await self._database.read(lambda tx: waiting(tx, self._catalogue.at(tx), links, now))
        self._backlogs.counted_links(found)
        self._links_counted, self._took = begun, time.monotonic() - begun
