"""The inbox's upkeep: messages whose missing parts are waited for no longer."""

import structlog

from tolmach.core.clock import Clock
from tolmach.services.inbox import Inbox
from tolmach.store.database import Database
from tolmach.workers.rounds import rounds

log = structlog.get_logger()

PAUSE_SECONDS = 30.0


class InboxWorker:
    """Sweeps the parts of long messages."""

    def __init__(self, database: Database, inbox: Inbox, clock: Clock) -> None:
        self._database = database
        self._inbox = inbox
        self._clock = clock

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self._round, PAUSE_SECONDS, "the inbox cannot be swept")

    async def _round(self) -> None:
        while await self.turn():
            pass

    async def turn(self) -> int:
        """Sweep once; return how many messages went to the inbox with parts missing."""
        now = self._clock.now()
        count = await self._database.write(lambda tx: self._inbox.sweep(tx, now))
        if count:
            log.warning("inbox-parts-missing", messages=count)
        return count
