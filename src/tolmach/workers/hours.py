"""Counts the messages of every hour that is over, once, and again when some that were on their way have arrived.

A dashboard adds up what is kept: it is as fast right after a start as it is later, with millions of messages, too.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta

from tolmach.core.clock import Clock
from tolmach.core.ids import AccountId
from tolmach.core.moments import duration_ms, to_ms
from tolmach.store import dashboards, hours, statistics
from tolmach.store.database import Database, Tx
from tolmach.store.hours import Hour, Sum
from tolmach.workers.rounds import rounds

EVERY_SECONDS = 30.0
REACH = timedelta(days=32)  # a dashboard shows 31 days, in any time zone
IN_HAND_MS = statistics.SKEW_MS + 60_000  # ids that were taken so long ago are committed
REST = 3.0  # for each second of counting


class HoursWorker:
    """Looks every half minute for hours to count. One that restarts, or several at a time, count nothing twice."""

    def __init__(self, database: Database, clock: Clock, rest: float = REST) -> None:
        self._database = database
        self._clock = clock
        self._rest = rest

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self.turn, EVERY_SECONDS, "hours cannot be counted")

    async def turn(self) -> int:
        """Count what is to be counted now; return how many hours that were."""
        now = self._clock.now()
        over = (to_ms(now) - IN_HAND_MS) // hours.LASTS * hours.LASTS  # the hour that is not over
        oldest = (to_ms(now) - duration_ms(REACH)) // hours.LASTS * hours.LASTS
        count, start = 0, await self._database.read(lambda tx: _next(tx, oldest))
        while start is not None and start < over:
            hour = await self._count(start)
            count, start = count + 1, hour.start + hours.LASTS
        return count + await self._again()

    async def _count(self, start: int) -> Hour:
        """Count an hour."""
        began = time.perf_counter()

        def work(tx: Tx) -> tuple[Hour, list[Sum]]:
            last = hours.last(tx)
            first = last.end_id if last is not None and last.start + hours.LASTS == start else None
            first = statistics.first_id(tx, start) if first is None else first
            hour = Hour(start, first, max(first, statistics.first_id(tx, start + hours.LASTS)))
            on_their_way = dashboards.live_of_everybody(tx, hour.first_id, hour.end_id)
            found = dashboards.of_everybody(tx, hour.first_id, hour.end_id)
            return hour, [Sum(account, on_their_way.get(account, 0), totals) for account, totals in found.items()]

        hour, sums = await self._database.read(work)
        await self._database.write(lambda tx: hours.put(tx, hour, sums))
        await asyncio.sleep(self._rest * (time.perf_counter() - began))
        return hour

    async def _again(self) -> int:
        """Count again where messages that were on their way have arrived; return for how many hours."""
        count = 0
        for hour, was in (await self._database.read(hours.live)).items():
            began = time.perf_counter()
            sums = await self._database.read(lambda tx, hour=hour, was=was: _changed(tx, hour, was))  # type: ignore[misc]
            if sums:
                await self._database.write(lambda tx, hour=hour, sums=sums: hours.put(tx, hour, sums))  # type: ignore[misc]
                count += 1
            await asyncio.sleep(self._rest * (time.perf_counter() - began))
        return count


def _next(tx: Tx, oldest: int) -> int | None:
    """Return the hour that is to be counted next; None while there are no messages."""
    last = hours.last(tx)
    if last is not None and last.start >= oldest:
        return last.start + hours.LASTS
    first = statistics.first_of_all(tx)
    return None if first is None else max(oldest, first // hours.LASTS * hours.LASTS)


def _changed(tx: Tx, hour: Hour, was: Mapping[AccountId, int]) -> list[Sum]:
    now = dashboards.live_of_everybody(tx, hour.first_id, hour.end_id)
    changed = [account for account, number in was.items() if now.get(account, 0) != number]
    return [
        Sum(account, now.get(account, 0), dashboards.totals(tx, account, hour.first_id, hour.end_id))
        for account in changed
    ]
