"""SQLite: one file, one writer.

All writes of this process queue up for one thread, which puts everything that waits into one commit (each function in
a savepoint of its own, so a failure undoes only itself). ``synchronous=FULL``: what is committed survives power loss.

Somebody waits for most of them: a request has its answer after the commit. The others are piles of rows that were
delivered, reported or told. Piles, and long lists of messages, stand back for what is short: they have commits of their
own, in turn with the others, so that a backlog that is delivered makes an answer later by one pile, and not by all of
them. In a crowd, where several wait for answers, piles are smaller and stand back for longer.
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
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from tolmach.core.errors import StoreUnavailableError
from tolmach.store.crowd import Crowd
from tolmach.store.place import Tx

T = TypeVar("T")

BUSY_SECONDS = 30.0
WRITER_CACHE = 32_768  # KiB
READER_CACHE = 8_192  # of each connection that reads; the system keeps the rest of the file for all of them
COMMIT_FUNCTIONS = 64
SHORT_ROWS = 250  # what somebody waits for does not stand back: a batch of intake in a crowd, and all but long lists
PRESSED_SECONDS = 0.5
PRESSED_CUT, CROWDED_CUT = 2, 8
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "wal_autocheckpoint=4000",
)


class Manners(NamedTuple):
    """How what stands back does it: for how many seconds at most, and its rows in a commit with others and alone."""

    patience: float
    beside: int
    alone: int


USUAL = Manners(0.0, 160, 500)
CROWDED = Manners(0.02, 16, 125)


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
    awaited: bool

    @property
    def stands_back(self) -> bool:
        """Whether what is short goes first."""
        return not self.awaited or self.rows > SHORT_ROWS


class GroupCommit:
    """The write thread: whatever waits when a commit begins goes into it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.crowd = Crowd()
        self._front: deque[_Job] = deque()
        self._back: deque[_Job] = deque()
        self._back_since: float | None = None  # when the first of them stood back
        self._pressed_until = 0.0
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._write_all, name="store-write", daemon=True)
        self._thread.start()

    @property
    def cut(self) -> int:
        """Into how many pieces piles should be cut: more in a crowd, or when somebody has waited behind one lately."""
        if self.crowd:
            return CROWDED_CUT
        return PRESSED_CUT if time.monotonic() < self._pressed_until else 1

    def submit(self, function: Callable[[Tx], T], rows: int = 0, *, awaited: bool = True) -> Future[T]:
        """Let ``function`` take its place; RuntimeError when closed."""
        result: Future[T] = Future()
        with self._changed:
            if self._closing:
                raise RuntimeError("the database is closed")
            job = _Job(function, result, rows, awaited)
            (self._back if job.stands_back else self._front).append(job)
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
                if connection is not None:
                    connection.close()  # it may be the connection that is broken: the next commit gets another
                    connection = None
        if connection is not None:
            connection.close()

    def _take(self) -> list[_Job]:
        """Wait for jobs; none: the database closes."""
        with self._changed:
            while not (self._front or self._back or self._closing):
                self._changed.wait()
            now = time.monotonic()
            manners = CROWDED if self.crowd else USUAL
            owed = self._back_since is not None and now - self._back_since >= manners.patience
            short = 0 if owed else min(len(self._front), COMMIT_FUNCTIONS)
            taken = [self._front.popleft() for _ in range(short)]
            room = manners.beside if taken else manners.alone
            while self._back and len(taken) < COMMIT_FUNCTIONS and (self._back[0].rows <= room or not taken):
                taken.append(self._back.popleft())
                room -= taken[-1].rows
            if self._front or (short and self._back):
                self._pressed_until = now + PRESSED_SECONDS
            if not short or not self._back:
                self._back_since = None
            elif self._back_since is None:
                self._back_since = now
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
