"""Upkeep: gives up steps whose validity and grace are over, so that every message becomes final.

So are steps that were never sent: while no link has room nothing is claimed, and nobody else sees that they expire.
When the clock is set back, what was due is made due again: else it would wait until its moment comes a second time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from tolmach.core.moments import duration_ms, from_ms, to_ms
from tolmach.services.delivery import Delivery
from tolmach.services.progress import Effects
from tolmach.store import callbacks, messages, queue
from tolmach.store.database import Database, Tx
from tolmach.store.queue import Kind
from tolmach.workers.bell import Bell, Bells, announce
from tolmach.workers.clock import WitnessClock
from tolmach.workers.rounds import rounds

log = structlog.get_logger()

BATCH = 500
POLL_SECONDS = 1.0
SET_BACK = timedelta(seconds=2)  # a smaller step is not worth a write
LONGEST_PAUSE = timedelta(seconds=60)  # of a step that a link was too busy for
EXPIRY_EVERY = timedelta(seconds=30)  # it reads everything that is due


class UpkeepWorker:
    """Ends what waited too long. Rings ``due`` when a next step was planned, ``told`` when
    there are callbacks.
    """

    def __init__(
        self, name: str, database: Database, delivery: Delivery, clock: WitnessClock, due: Bell | Bells, told: Bell
    ) -> None:
        self._name = name
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._due, self._told = due, told
        self._expiry_at: datetime | None = None
        self._ahead: datetime | None = None
        """What the clock showed when it was set back, until what was due by it is due again."""
        self._looked_back = False

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self._round, POLL_SECONDS, "upkeep cannot use the database")

    async def _round(self) -> None:
        if not self._looked_back:
            await self.look_back()
            self._looked_back = True
        await self.watch_clock()
        while await self.turn():
            pass
        while await self.expire():
            pass

    async def look_back(self) -> None:
        """See whether the clock was set back while no gateway ran: then the newest message is of the future."""
        newest = await self._database.read(lambda tx: messages.latest(tx, 1))
        if newest and (was := from_ms(newest[0].accepted_at)) > self._clock.now() + SET_BACK:
            self._ahead = was

    async def watch_clock(self) -> int:
        """Make due again what was due before the clock was set back; return how many rows that were."""
        now = self._clock.now()
        if now < self._clock.latest - SET_BACK:
            self._ahead = max(self._ahead or now, self._clock.uncorrected())
            self._clock.forget()
        if (was := self._ahead) is None:
            return 0

        def work(tx: Tx) -> int:
            steps = queue.catch_up(tx, to_ms(now), to_ms(was), duration_ms(LONGEST_PAUSE))
            return steps + callbacks.catch_up(tx, to_ms(now), to_ms(was))

        count = await self._database.write(work)
        log.warning("the clock was set back", seconds=round((was - now).total_seconds()), made_due=count)
        self._ahead = self._expiry_at = None
        self._due.ring()
        self._told.ring()
        return count

    async def turn(self) -> int:
        """End one batch; return how many steps it had."""
        ends = {Kind.GIVE_UP: self._delivery.give_up, Kind.PAUSED: self._delivery.lapse_paused}
        next_due = await self._database.read(lambda tx: {kind: queue.next_due(tx, kind) for kind in ends})
        return sum([await self._end(next_due[kind], end) for kind, end in ends.items()])

    async def _end(self, next_due: int | None, end: Callable[[Tx, str, datetime, int], tuple[Effects, int]]) -> int:
        now = self._clock.now()
        if next_due is None or from_ms(next_due) > now:
            return 0
        effects, count = await self._database.write_pile(lambda tx: end(tx, self._name, now, BATCH), BATCH)
        announce(effects, self._due, self._told)
        return count

    async def expire(self) -> int:
        """End one batch of steps that expired unsent, every `EXPIRY_EVERY`; return how many there were."""
        now = self._clock.now()
        if self._expiry_at is not None and now < self._expiry_at:
            return 0
        if not await self._database.read(lambda tx: queue.any_expired(tx, to_ms(now))):
            self._expiry_at = now + EXPIRY_EVERY
            return 0
        effects, count = await self._database.write_pile(lambda tx: self._delivery.expire(tx, now, BATCH), BATCH)
        announce(effects, self._due, self._told)
        return count
