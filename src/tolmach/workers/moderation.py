"""Moderation: carries out what moderators have decided elsewhere, and ends messages that have waited too long."""

from tolmach.core.clock import Clock
from tolmach.core.moments import from_ms
from tolmach.services import moderation
from tolmach.services.delivery import Delivery
from tolmach.store import moderations, queue
from tolmach.store.database import Database, Tx
from tolmach.store.queue import Kind
from tolmach.workers.bell import Bell, Bells, announce
from tolmach.workers.rounds import rounds

BATCH = 500
POLL_SECONDS = 1.0


class ModerationWorker:
    """Rings ``due`` when messages may be sent, ``told`` when there are callbacks."""

    def __init__(
        self, name: str, database: Database, delivery: Delivery, clock: Clock, due: Bell | Bells, told: Bell
    ) -> None:
        self._name = name
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._due, self._told = due, told

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self._round, POLL_SECONDS, "moderation cannot use the database")

    async def _round(self) -> None:
        if not await self._database.read(_anything):
            return
        while await self.turn() + await self.lapse():
            pass

    async def turn(self) -> int:
        """Carry out one batch of decisions; return how many messages it had."""
        if not await self._database.read(moderations.unsettled):
            return 0
        now = self._clock.now()
        effects, count = await self._database.write(lambda tx: moderation.carry_out(tx, self._delivery, now, BATCH))
        announce(effects, self._due, self._told)
        return count

    async def lapse(self) -> int:
        """End one batch of messages that nobody has decided on in time; return how many there were."""
        now = self._clock.now()
        next_due = await self._database.read(lambda tx: queue.next_due(tx, Kind.MODERATE))
        if next_due is None or from_ms(next_due) > now:
            return 0
        effects, count = await self._database.write(lambda tx: self._delivery.lapse(tx, self._name, now, BATCH))
        announce(effects, self._due, self._told)
        return count


def _anything(tx: Tx) -> bool:
    """Tell whether a message waits for a moderator, or a decision to be carried out."""
    return queue.next_due(tx, Kind.MODERATE) is not None or bool(moderations.unsettled(tx))
