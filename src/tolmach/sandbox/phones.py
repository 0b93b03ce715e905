"""The wall of virtual phones: the sandbox's storage behind one thread of its own, and news of every change."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.sandbox import outcomes
from tolmach.sandbox.changes import Changes
from tolmach.sandbox.handset import Change, Handset
from tolmach.sandbox.handsets import Handsets
from tolmach.sandbox.message import Arrival, DueReceipts, MessageQuery, PhoneMessage, PhoneSummary
from tolmach.sandbox.outcomes import Fate
from tolmach.sandbox.storage import Storage, StorageError
from tolmach.workers.clock import SystemClock

T = TypeVar("T")


class Phones:
    """Opens ``path`` (``:memory:`` for a test) at once. Every call is one hop and raises only StorageError.

    ``alarms`` are called with the moment of receipts that are due earlier than anybody could know.
    """

    def __init__(self, path: str | Path, clock: Clock | None = None) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox")
        try:
            self._storage = self._thread.submit(Storage, path).result()
            self.handsets = Handsets(self._storage)
            self._set = {one.number: one for one in self._thread.submit(self.handsets.load).result()}
        except BaseException:
            self._thread.shutdown()
            raise
        self.changes = Changes()
        self.clearings = 0
        self.alarms: list[Callable[[datetime], None]] = []
        self._clock = clock or SystemClock()

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

        def look() -> tuple[list[int], list[PhoneMessage]]:
            return self._storage.lapse(now), self._storage.messages(query)

        now = self._clock.now()
        lapsed, found = await self._hop(look)
        if lapsed:
            self.changes.tell(lapsed)
        return found

    async def some(self, numbers: Sequence[int]) -> list[PhoneMessage]:
        """Return those of these messages that are there."""
        return await self._hop(lambda: [one for one in map(self._storage.message, numbers) if one is not None])

    async def message(self, number: int) -> PhoneMessage | None:
        """Return one message."""
        return await self._hop(lambda: self._storage.message(number))

    async def phones(self, prefix: str = "", limit: int = 200) -> list[PhoneSummary]:
        """Return the phones with the newest messages, or those whose number starts with ``prefix``."""
        return await self._hop(lambda: self._storage.phones(prefix, limit))

    def handset(self, number: str) -> Handset:
        """Return how a phone is set."""
        return self._set.get(number) or Handset(number)

    def set_handsets(self) -> list[Handset]:
        """Return the phones that somebody has set."""
        return list(self._set.values())

    def fate(self, number: str, channel: Channel = Channel.SMS) -> Fate:
        """Return what happens to a message to a number."""
        handset = self._set.get(number)
        return outcomes.fate(number, channel) if handset is None else handset.fate(channel)

    async def set(self, number: str, change: Change) -> Handset:
        """Set a phone; what waited for one that is switched on reaches it."""
        now = self._clock.now()
        handset, changed = await self._hop(lambda: self._change(number, change, now))
        self.changes.tell(changed, [number])
        if changed:
            self._alarm(now)
        return handset

    async def read(self, number: int) -> PhoneMessage:
        """Read a card. Also raises NotThere and NotPossible."""
        now = self._clock.now()
        return self._acted(await self._hop(lambda: self.handsets.read(number, now)), now)

    async def press(self, number: int) -> PhoneMessage:
        """Press a button or open a link. Also raises NotThere and NotPossible."""
        now = self._clock.now()
        return self._acted(await self._hop(lambda: self.handsets.press(number, now)), now)

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

    def _change(self, number: str, change: Change, now: datetime) -> tuple[Handset, Sequence[int]]:
        """Runs in the thread, so that two changes of one phone follow each other."""
        handset, changed = self.handsets.change(self.handset(number), change, now)
        if handset.plain:
            self._set.pop(number, None)
        else:
            self._set[number] = handset
        return handset, changed

    def _acted(self, message: PhoneMessage, now: datetime) -> PhoneMessage:
        self.changes.tell([message.id])
        self._alarm(now)
        return message

    def _alarm(self, due: datetime) -> None:
        for ring in self.alarms:
            ring(due)

    async def _hop(self, work: Callable[[], T]) -> T:
        try:
            running = asyncio.get_running_loop().run_in_executor(self._thread, work)
        except RuntimeError as error:
            raise StorageError("the sandbox is closed") from error
        return await running
