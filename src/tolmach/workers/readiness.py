"""Readiness: can what is accepted go out? Looked at every few seconds, so that a question costs nothing."""

import asyncio
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.traffic import lanes
from tolmach.store import counters, queue
from tolmach.store.database import Database, Tx
from tolmach.store.queue import Kind
from tolmach.workers.links import Links
from tolmach.workers.rounds import complain

LOOK_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 20.0  # without an answer, after which the database is taken for dead
LATE: Final = timedelta(minutes=1)
STUCK: Final = timedelta(minutes=2)


class Readiness:
    """What stands in the way of messages (``problem``), and what an operator should look at (``warnings``)."""

    def __init__(self, database: Database, board: Links, clock: Clock) -> None:
        self._database = database
        self._board = board
        self._clock = clock
        self._start = clock.now()
        self._looked_at = monotonic()
        self._unreadable: str | None = None
        self.problem: str | None = None
        self.warnings: dict[str, str] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.turn()
            except StoreUnavailableError as error:
                self._unreadable = str(error)
                complain("the age of the queue cannot be looked at", error)
            except Exception as error:
                complain("the age of the queue cannot be looked at", error)
            await asyncio.sleep(LOOK_SECONDS)

    @property
    def database(self) -> str | None:
        """What is wrong with the database: it cannot be read, or written, or it does not answer."""
        if self._unreadable is not None:
            return f"it cannot be read: {self._unreadable}"
        if self._database.unwritable is not None:
            return f"it cannot be written: {self._database.unwritable}"
        silent = monotonic() - self._looked_at
        return f"it has not answered for {silent:.0f} seconds" if silent > SILENT_SECONDS else None

    async def turn(self) -> None:
        """Look once."""
        due, now = await self._database.read(_oldest), self._clock.now()
        self._looked_at, self._unreadable = monotonic(), None
        if self._database.unwritable is not None:  # perhaps nobody else writes
            await self._database.write(lambda tx: counters.put(tx, counters.TRIAL, to_ms(now)))
        late = {name: now - moment for name, moment in due.items() if now - moment >= LATE}
        down = [name for name in Channel if self._links(name) and not self._up(name) and not self._elsewhere(name)]
        stuck = [name for name, age in late.items() if age >= STUCK and self._up(name) and self._rests(name, now)]
        self.warnings = {f"links {name}": f"no link that carries {name} is up" for name in down} | {
            f"queue {name}": f"the oldest message is due for {age.total_seconds():.0f} seconds"
            for name, age in late.items()
        }
        self.problem = f"a link is up, and due messages are not taken: {', '.join(stuck)}" if stuck else None

    def _links(self, channel: Channel) -> list[bool]:
        return [link.up for link in self._board.current if channel in link.channels]

    def _up(self, channel: Channel) -> bool:
        return any(self._links(channel))

    def _elsewhere(self, channel: Channel) -> bool:
        """Tell whether another process carries a channel."""
        return any(self._board.is_elsewhere(link.name) for link in self._board.current if channel in link.channels)

    def _rests(self, channel: Channel, now: datetime) -> bool:
        """Tell whether nothing was taken for long: a backlog that shrinks is old, and no problem."""
        return now - self._board.claimed.get(channel, self._start) >= STUCK


def _oldest(tx: Tx) -> dict[Channel, datetime]:
    """Return since when the oldest step of each channel is due."""
    found = {channel: queue.next_due(tx, Kind.SUBMIT, lanes(channel)) for channel in Channel}
    return {channel: from_ms(moment) for channel, moment in found.items() if moment is not None}
