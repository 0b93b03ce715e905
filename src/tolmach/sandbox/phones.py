"""The wall of virtual phones: the sandbox's storage behind one thread of its own, and news of every change."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tolmach.sandbox.changes import Changes
from tolmach.sandbox.message import Arrival, DueReceipts, MessageQuery, PhoneMessage, PhoneSummary
from tolmach.sandbox.storage import Storage, StorageError

T = TypeVar("T")


class Phones:
    """Opens ``path`` (``:memory:`` for a test) at once. Every call is one hop and raises only StorageError."""

    def __init__(self, path: str | Path) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox")
        try:
            self._storage = self._thread.submit(Storage, path).result()
        except BaseException:
            self._thread.shutdown()
            raise
        self.changes = Changes()
        self.clearings = 0

    async def take(self, arrivals: Sequence[Arrival], now: datetime) -> list[tuple[str, ...] | None]:
        """Store a batch; for each its provider ids by part, or None where the phone is busy."""
        answers = await self._hop(lambda: self._storage.take(arrivals, now))
        self.changes.tell()
        return answers

    async def work(self, task: Callable[[Storage], T]) -> T:
        """Do a task on the storage, for parts of the sandbox that keep tables of their own there."""
        return await self._hop(lambda: task(self._storage))

    async def exchange(self, done: Sequence[int], now: datetime, limit: int) -> DueReceipts:
        """Forget receipts that were handed over and fetch the next."""
        return await self._hop(lambda: self._storage.exchange(done, now, limit))

    async def messages(self, query: MessageQuery) -> list[PhoneMessage]:
        """Return the messages that match, oldest first."""
        return await self._hop(lambda: self._storage.messages(query))

    async def message(self, number: int) -> PhoneMessage | None:
        """Return one message."""
        return await self._hop(lambda: self._storage.message(number))

    async def phones(self, prefix: str = "", limit: int = 200) -> list[PhoneSummary]:
        """Return the phones with the newest messages, or those whose number starts with ``prefix``."""
        return await self._hop(lambda: self._storage.phones(prefix, limit))

    async def last_id(self) -> int:
        """Return the id of the newest message ever, 0 if there was none."""
        return await self._hop(self._storage.last_id)

    def cleared(self) -> None:
        """Tell the live pages that messages are gone."""
        self.clearings += 1
        self.changes.tell()

    async def clear(self, phone: str = "") -> int:
        """Remove the messages of one phone or of all; return how many."""
        removed = await self._hop(lambda: self._storage.clear(phone))
        self.cleared()
        return removed

    def hang_up(self) -> None:
        """End every live page and waiting request. Call it before the HTTP server waits for its connections."""
        self.changes.close()

    def close(self) -> None:
        """Hang up, finish what is running and close the file. A second call does nothing."""
        self.hang_up()
        try:
            self._thread.submit(self._storage.close)
        except RuntimeError:  # closed before
            return
        self._thread.shutdown()

    async def _hop(self, work: Callable[[], T]) -> T:
        try:
            running = asyncio.get_running_loop().run_in_executor(self._thread, work)
        except RuntimeError as error:
            raise StorageError("the sandbox is closed") from error
        return await running
