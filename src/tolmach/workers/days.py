"""Days: closes each day of the ledger by itself once it is over."""

from datetime import timedelta
from typing import Final

import structlog

from tolmach.core.clock import Clock
from tolmach.services import finance
from tolmach.store.database import Database
from tolmach.workers.rounds import rounds

log = structlog.get_logger()

EVERY_SECONDS: Final = 60.0
LATE: Final = timedelta(minutes=5)
"""After midnight: what is written meanwhile by a process whose clock is behind still belongs to the day before."""

BY: Final = "tolmach"
"""Who closed a day that nobody did."""


class DaysWorker:
    """Looks every minute whether a day is over."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self.turn, EVERY_SECONDS, "days cannot be closed")

    async def turn(self) -> int:
        """Close what is over, a day in each transaction, so that nobody waits for long; return how many days."""
        now, count = self._clock.now() - LATE, 0
        while await self._database.read(lambda tx: finance.is_due(tx, now)):
            closed = await self._database.write(lambda tx: finance.close(tx, now, BY, 1))
            if not closed:  # somebody else was faster
                break
            count += closed
        if count:
            log.info("days are closed", count=count)
        return count
