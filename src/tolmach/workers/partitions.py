"""Partitions: makes places for messages ahead of need, so that none has to be made when they come."""

from typing import Final

import structlog

from tolmach.store import partitions
from tolmach.store.database import Database
from tolmach.workers.rounds import rounds

log = structlog.get_logger()

EVERY_SECONDS: Final = 30.0


class PartitionWorker:
    """Looks every half a minute how many messages still have a place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self.turn, EVERY_SECONDS, "partitions cannot be made")

    async def turn(self) -> int:
        """Make what is missing; return how many ranges of ids that were."""
        if await self._database.read(partitions.enough):
            return 0
        count = await self._database.write(partitions.make_ahead)
        log.info("partitions were made", count=count)
        return count
