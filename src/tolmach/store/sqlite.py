"""SQLite: one file, one writer.

All writes of this process queue up for one thread, which puts everything that waits into one commit (each function in
a savepoint of its own, so a failure undoes only itself). ``synchronous=FULL``: what is committed survives power loss.

Somebody waits for most of them: a request has its answer after the commit. The others are piles of rows that were
delivered, reported or told. A large pile has a commit of its own, in turn with those for which somebody waits, so that
a backlog that is delivered makes an answer later by one pile, and not by all of them.
"""

import asyncio
import sqlite3
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from tolmach.core.errors import StoreUnavailableError
from tolmach.store.place import Tx

T = TypeVar("T")

BUSY_SECONDS = 30.0
WRITER_CACHE = 32_768  # KiB
READER_CACHE = 8_192  # of each connection that reads; the system keeps the rest of the file for all of them
COMMIT_FUNCTIONS = 64
PILE_ROWS = 500  # of piles in one commit
PRESSED_SECONDS = 0.5
BESIDE_ROWS = 160  # of piles in a commit that somebody waits for
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "wal_autocheckpoint=4000",
)


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A database in a file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    def prepare(self) -> None:
        """Make the directory."""
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def reader(self, connections: int) -> Engine:
        """Return connections that see one moment (WAL)."""
        return _engine(self.path, "BEGIN", connections=connections, cache=READER_CACHE)

    def writes(self) -> "GroupCommit":
        """Return the one writer."""
        # one is the write thread's for good
        return GroupCommit(_engine(self.path, "BEGIN IMMEDIATE", connections=2, cache=WRITER_CACHE))

    def plain(self, error: BaseException) -> BaseException:
        """Return what callers know: prepared statements raise the driver's errors, Core its own around them."""
        return _plain(error)

    @property
    def shared(self) -> bool:
        """Whether several processes of a gateway may work on it: a file has one writer, and one process."""
        return False

    def notify(self, _tx: Tx, _notice: str) -> None:
        """Do nothing: nobody else hears."""

    @asynccontextmanager
    async def hear(self) -> AsyncIterator[AsyncIterator[str]]:
        """Hear nothing: nobody else tells anything."""
        yield _silence()

    def check(self, tx: Tx) -> Sequence[str]:
        """Return what SQLite finds wrong with the file; empty when it is sound."""
        found = [str(row[0]) for row in tx.exec_driver_sql("PRAGMA quick_check(10)")]
        return [] if found == ["ok"] else found


@dataclass(frozen=True, slots=True)
class _Job:
    function: Callable[[Tx], Any]
    result: Future[Any]
    rows: int


class GroupCommit:
    """The write thread: whatever waits when a commit begins goes into it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.failed = 0
        self._awaited: deque[_Job] = deque()
        self._piles: deque[_Job] = deque()
        self._met_at = -PRESSED_SECONDS
        self._owed = False  # whether a large pile has stood back for others
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._write_all, name="store-write", daemon=True)
        self._thread.start()

    @property
    def pressed(self) -> bool:
        """Whether somebody has waited behind a pile lately, so that piles should be small."""
        return time.monotonic() - self._met_at < PRESSED_SECONDS

    def submit(self, function: Callable[[Tx], T], rows: int = 0) -> Future[T]:
        """Let ``function`` take its place; RuntimeError when closed."""
        result: Future[T] = Future()
        with self._changed:
            if self._closing:
                raise RuntimeError("the database is closed")
            (self._piles if rows else self._awaited).append(_Job(function, result, rows))
            self._changed.notify()
        return result

    def close(self) -> None:
        """Finish what waits."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        self.engine.dispose()

    def _write_all(self) -> None:
        """Run jobs until closed."""
        connection: Connection | None = None
        while taken := self._take():
            jobs = [job for job in taken if job.result.set_running_or_notify_cancel()]
            try:
                connection = connection or self.engine.connect()
                self._commit(connection, jobs)
            except BaseException as error:
                for job in jobs:
                    if not job.result.done():
                        job.result.set_exception(_plain(error))
                self.failed += 1
                if connection is not None:
                    connection.close()  # it may be the connection that is broken: the next commit gets another
                    connection = None
        if connection is not None:
            connection.close()

    def _take(self) -> list[_Job]:
        """Wait for jobs; none: the database closes."""
        with self._changed:
            while not self._awaited and not self._piles and not self._closing:
                self._changed.wait()
            awaited = 0 if self._owed else min(len(self._awaited), COMMIT_FUNCTIONS)
            taken = [self._awaited.popleft() for _ in range(awaited)]
            room = BESIDE_ROWS if taken else PILE_ROWS
            while self._piles and len(taken) < COMMIT_FUNCTIONS and (self._piles[0].rows <= room or not taken):
                taken.append(self._piles.popleft())
                room -= taken[-1].rows
            if self._awaited or (awaited and self._piles):
                self._met_at = time.monotonic()
            self._owed = bool(awaited and self._piles)
            return taken

    def _commit(self, tx: Tx, jobs: list[_Job]) -> None:
        results: list[tuple[_Job, Any]] = []
        with tx.begin():
            for job in jobs:
                try:
                    with _savepoint(tx):
                        results.append((job, job.function(tx)))
                except Exception as error:
                    if not _raw(tx).in_transaction:
                        raise  # SQLite gave the whole transaction up (a full disk): nobody's work is there any more
                    job.result.set_exception(_plain(error))
        for job, result in results:
            job.result.set_result(result)


@contextmanager
def _savepoint(tx: Tx) -> Iterator[None]:
    """Undo what is done inside when it fails; cheaper than Core's own, which matters on every write."""
    cursor = tx.connection.cursor()
    cursor.execute("SAVEPOINT job")
    try:
        yield
    except BaseException:
        if _raw(tx).in_transaction:
            cursor.execute("ROLLBACK TO job")
            cursor.execute("RELEASE job")
        raise
    cursor.execute("RELEASE job")


def _plain(error: BaseException) -> BaseException:
    cause = error.orig if isinstance(error, OperationalError) else error
    return StoreUnavailableError(str(cause)) if isinstance(cause, sqlite3.OperationalError) else error


def _raw(tx: Tx) -> sqlite3.Connection:
    return cast(sqlite3.Connection, tx.connection.dbapi_connection)


async def _silence() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""


def _engine(path: Path, begin: str, *, connections: int, cache: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,  # an error's text goes to the log; what was to be written does not
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA cache_size={-cache}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
