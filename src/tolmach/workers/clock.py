"""The real clock, and the one that the workers of a process share."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from tolmach.core.clock import Clock


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        """Return the current moment in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        """Return once ``moment`` has come; a clock that is set back makes it wait on."""
        while (seconds := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - time is no event
            await asyncio.sleep(min(seconds, 60))


class WitnessClock:
    """Another clock, and what the latest moment was that it told anybody.

    Whoever asks now and then whether the clock was set back would miss that it was ahead for a moment. What somebody
    wrote in that moment would then wait until it comes a second time.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._latest = clock.now(), time.monotonic()

    def now(self) -> datetime:
        """Return what the other clock tells."""
        moment = self.clock.now()
        if moment >= self._latest[0]:
            self._latest = moment, time.monotonic()
        return moment

    async def sleep_until(self, moment: datetime) -> None:
        """Wait as the other clock does."""
        await self.clock.sleep_until(moment)

    @property
    def latest(self) -> datetime:
        """The latest moment that it told since `forget`."""
        return self._latest[0]

    def uncorrected(self) -> datetime:
        """Return what it would tell if it had never been set back since `forget`."""
        latest, seen = self._latest
        return latest + timedelta(seconds=time.monotonic() - seen)

    def forget(self) -> None:
        """Take the present moment for the latest."""
        self._latest = self.clock.now(), time.monotonic()
