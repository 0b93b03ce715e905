"""The database as two verbs: ``read`` and ``write`` run a function in a thread, in one transaction.

Reads have threads of their own and see a consistent snapshot. Who writes, and how many at a time, is the affair of
the place: `tolmach.store.sqlite` has one writer, `tolmach.store.postgresql` several. What is committed survives power
loss. A function that writes may be run again when another process was in its way, so it changes nothing but the
database.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from tolmach.core.errors import StoreUnavailableError
from tolmach.store.crowd import Crowd
from tolmach.store.place import Place, Tx
from tolmach.store.sqlite import SqliteFile

__all__ = ["READERS", "Database", "Tx"]

T = TypeVar("T")

READERS = 4


class Database:
    """An open database: a SQLite file, or any other place. Close it with `close`."""

    def __init__(self, where: Path | Place) -> None:
        self.place: Place = SqliteFile(where) if isinstance(where, Path) else where
        self.wrote = False
        """Whether anything was written without an event loop, as commands do."""
        self.unwritable: str | None = None
        """Why nothing could be written the last time that an event loop tried; None when it could."""
        self.reader = self.place.reader(READERS)
        self._writes = self.place.writes()
        self._read_threads = ThreadPoolExecutor(READERS, "store-read")

    @property
    def writer(self) -> Engine:
        """The connections that write."""
        return self._writes.engine

    async def read(self, function: Callable[[Tx], T]) -> T:
        """Run ``function`` in a read transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self.read_now, function)

    async def write(self, function: Callable[[Tx], T], rows: int = 0) -> T:
        """Run ``function`` in a write transaction; the result is returned after the commit.

        ``rows``: about how many it writes, where they are many, and may stand back for others.
        """
        return await self._written(self._writes.submit(function, rows))

    async def write_pile(self, function: Callable[[Tx], T], rows: int) -> T:
        """Write as `write` does what nobody waits for: it stands back for others however few rows there are."""
        return await self._written(self._writes.submit(function, rows, awaited=False))

    async def _written(self, result: Future[T]) -> T:
        try:
            written = await asyncio.wrap_future(result)
        except StoreUnavailableError as error:
            self.unwritable = str(error)
            raise
        self.unwritable = None
        return written

    def pile(self, rows: int) -> int:
        """Return how many of so many rows to write at once, when nobody waits for them: fewer while others wait."""
        return max(1, rows // self._writes.cut)

    @property
    def crowd(self) -> Crowd:
        """Whether several wait for answers, so that `pile` is small: who takes their requests tells it."""
        return self._writes.crowd

    def read_now(self, function: Callable[[Tx], T]) -> T:
        """Read without an event loop."""
        try:
            with self.reader.begin() as tx:
                return function(tx)
        except Exception as error:
            plain = self.place.plain(error)
            if plain is error:
                raise
            raise plain from error

    def write_now(self, function: Callable[[Tx], T]) -> T:
        """Write without an event loop."""
        self.wrote = True
        return self._writes.submit(function).result()

    def close(self) -> None:
        """Finish what waits and close every connection."""
        self._writes.close()
        self._read_threads.shutdown()
        self.reader.dispose()
