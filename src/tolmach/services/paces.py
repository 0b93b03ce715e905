"""The paces that accounts have of their own, where the settings' is not for them."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from math import inf

from tolmach.core.ids import AccountId
from tolmach.core.limits import USUAL, Pace
from tolmach.store import accounts
from tolmach.store.database import Database

FRESH = 1.0  # seconds after which they are read again, while nobody waits for it
STALE = 2.0  # seconds after which who asks waits for it


class Paces:
    """Reads them while somebody asks, at most once a second."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._own: Mapping[AccountId, Pace] = {}
        self._read_at = -inf
        self._reading: asyncio.Task[None] | None = None

    async def of(self, account: AccountId, now: float) -> Pace:
        """Return an account's pace as it was two seconds ago or later; ``now`` is monotonic.

        While the database cannot be read, what was read before holds.
        """
        if now - self._read_at >= FRESH and self._reading is None:
            self._reading = asyncio.create_task(self._read(now))
        if now - self._read_at >= STALE and self._reading is not None:
            await asyncio.wait([self._reading])
        return self._own.get(account, USUAL)

    async def _read(self, now: float) -> None:
        with suppress(Exception):  # of a database that is away others complain, and who asks is told by his command
            self._own = await self._database.read(accounts.paces)
        self._read_at, self._reading = now, None
