"""The database as two verbs: ``read`` and ``write`` run a function in a thread, in one transaction.

SQLite has one writer, so all writes of this process queue up for one thread; reads have threads of their own and
see a consistent snapshot (WAL). ``synchronous=FULL``: a committed transaction survives power loss.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

T = TypeVar("T")
Tx = Connection

READERS = 4
BUSY_SECONDS = 30.0


class Database:
    """One SQLite file. Close it with `close`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer = _engine(path, "BEGIN IMMEDIATE", connections=1)
        self.reader = _engine(path, "BEGIN", connections=READERS)
        self._write_thread = ThreadPoolExecutor(1, "store-write")
        self._read_threads = ThreadPoolExecutor(READERS, "store-read")

    async def read(self, function: Callable[[Tx], T]) -> T:
        """Run ``function`` in a read transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self.read_now, function)

    async def write(self, function: Callable[[Tx], T]) -> T:
        """Run ``function`` in a write transaction; the result is returned after the commit."""
        return await asyncio.get_running_loop().run_in_executor(self._write_thread, self.write_now, function)

    def read_now(self, function: Callable[[Tx], T]) -> T:
        """Read without an event loop."""
        with self.reader.begin() as tx:
            return function(tx)

    def write_now(self, function: Callable[[Tx], T]) -> T:
        """Write without an event loop."""
        with self.writer.begin() as tx:
            return function(tx)

    def close(self) -> None:
        """Finish what runs and close every connection."""
        self._write_thread.shutdown()
        self._read_threads.shutdown()
        self.reader.dispose()
        self.writer.dispose()


def _engine(path: Path, begin: str, *, connections: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
