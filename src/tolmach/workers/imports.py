"""Imports: takes files of subscribers in, one after the other, and forgets those that nobody needs any more."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from tolmach.core.clock import Clock
from tolmach.services.imports import Imports
from tolmach.store.database import Database
from tolmach.workers.rounds import rounds

PAUSE_SECONDS: Final = 1.0
SWEEP_EVERY: Final = timedelta(hours=1)

log = structlog.get_logger()


class ImportsWorker:
    """Looks every second for a file that is to be taken in."""

    def __init__(self, database: Database, imports: Imports, clock: Clock) -> None:
        self._database = database
        self._imports = imports
        self._clock = clock
        self._swept_at: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self._round, PAUSE_SECONDS, "files of subscribers cannot be taken in")

    async def _round(self) -> None:
        while await self.turn():
            pass
        now = self._clock.now()
        if self._swept_at is None or now - self._swept_at >= SWEEP_EVERY:
            self._swept_at = now
            swept = await asyncio.to_thread(self._imports.sweep, self._database, now)
            if swept:
                log.info("imports-swept", count=swept)

    async def turn(self) -> bool:
        """Take one file in; false when there was none."""
        return await asyncio.to_thread(self._imports.advance, self._database, self._clock.now())
