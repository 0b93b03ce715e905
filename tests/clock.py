"""A clock that stands still until the test moves it; implements ``tolmach.core.clock.Clock``."""

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class FakeClock:
    """Tells the time the test set. Sleepers wake when ``advance`` reaches their moment, earliest first."""

    def __init__(self, now: datetime = NOON) -> None:
        if now.tzinfo is None:
            raise ValueError("an aware datetime is needed")
        self._now = now.astimezone(UTC)
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []
        self._fell_asleep = asyncio.Event()

    def now(self) -> datetime:
        """Return the moment that was set last, aware, in UTC."""
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        """Return at once when ``moment`` has passed, else when ``advance`` reaches it."""
        if moment <= self._now:
            return
        sleeper = (moment, asyncio.get_running_loop().create_future())
        self._sleepers.append(sleeper)
        self._fell_asleep.set()
        try:
            await sleeper[1]
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    async def sleeper(self) -> datetime:
        """Wait until somebody sleeps; return the earliest moment that anybody waits for."""
        while not self._sleepers:
            self._fell_asleep.clear()
            await self._fell_asleep.wait()
        return min(moment for moment, _ in self._sleepers)

    def advance(self, by: timedelta) -> None:
        """Move the time forward and wake everybody whose moment has come."""
        self._now += by
        for sleeper in sorted(self._sleepers, key=lambda each: each[0]):
            if sleeper[0] <= self._now:
                self._sleepers.remove(sleeper)
                if not sleeper[1].done():
                    sleeper[1].set_result(None)
