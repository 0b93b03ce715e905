"""The paces that accounts have of their own, where the settings' is not for them."""

import asyncio
from collections.abc import Mapping

from tolmach.core.ids import AccountId
from tolmach.core.limits import USUAL, Pace
from tolmach.store import accounts
from tolmach.store.database import Database

FRESH = 1.0  # seconds for which what was read holds


class Paces:
    """Reads them again every second while somebody asks, without making anybody wait for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._own: Mapping[AccountId, Pace] = {}
        self._read_at = -FRESH
        self._reading: asyncio.Task[None] | None = None

    def of(self, account: AccountId, now: float) -> Pace:
        """Return an account's pace as it was read last; ``now`` is monotonic."""
        if self._reading is None and now - self._read_at >= FRESH:
            self._read_at = now
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(self._done)
        return self._own.get(account, USUAL)

    async def _read(self) -> None:
        self._own = await self._database.read(accounts.paces)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._reading = None
        if not task.cancelled():
            task.exception()  # while the database cannot be read, what was read before holds
