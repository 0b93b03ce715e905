"""The clock as a port, so that decisions and tests are told the time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits for it."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return once ``moment`` has come (early wake-ups are allowed to be late, never early)."""
        ...
