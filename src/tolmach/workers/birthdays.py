"""Birthdays: once a minute, greets who is due; and clears away what deleted bases left behind."""

from datetime import datetime

from tolmach.core.bases import Base
from tolmach.core.clock import Clock
from tolmach.services import greetings
from tolmach.services.catalogue import Catalogue
from tolmach.store.database import Database
from tolmach.workers.bell import Bells
from tolmach.workers.rounds import complain, rounds

POLL_SECONDS = 5.0  # a clock that jumps is noticed so soon


class BirthdaysWorker:
    """Greets. Rings ``accepted`` when there are messages to be sent."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock, accepted: Bells) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._accepted = accepted
        self._looked: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self._round, POLL_SECONDS, "birthdays cannot use the database")

    async def _round(self) -> None:
        minute = self._clock.now().replace(second=0, microsecond=0)
        if minute != self._looked:
            await self.turn()
            self._looked = minute
            while await self._database.write(greetings.clear):
                pass

    async def turn(self) -> int:
        """Greet everybody who is due now; return how many that were, refused ones included."""
        now = self._clock.now()
        count = 0
        for base in await self._database.read(lambda tx: greetings.waiting(tx, self._catalogue, now)):
            try:
                count += await self._greet(base)
            except Exception as error:
                complain("a base cannot greet", error, base=base.id, account=base.account)
        return count

    async def _greet(self, base: Base) -> int:
        """Greet those of one base, batch after batch."""
        greeted = 0
        while True:
            now = self._clock.now()
            count = await self._database.write(lambda tx: greetings.greet(tx, self._catalogue, base, now))  # noqa: B023
            greeted += count
            if count:
                self._accepted.ring()
            if count < greetings.BATCH:
                return greeted
