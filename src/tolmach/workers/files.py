"""Files: sweeps up uploads that never got into the database, because their process died on the way."""

import asyncio

import structlog

from tolmach.core.clock import Clock
from tolmach.services.files import Files
from tolmach.store.database import Database
from tolmach.workers.rounds import rounds

log = structlog.get_logger()

PAUSE_SECONDS = 3600.0


class FilesWorker:
    """Looks through the folder when it starts, and every hour."""

    def __init__(self, database: Database, files: Files, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self.turn, PAUSE_SECONDS, "files cannot be swept")

    async def turn(self) -> int:
        """Sweep once; return how many files went."""
        swept = await asyncio.to_thread(self._files.sweep, self._database, self._clock.now())
        if swept:
            log.info("files swept", count=swept)
        return swept
