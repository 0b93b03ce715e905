"""PostgreSQL: a server, and as many writers as there are processes.

Each write is a transaction of its own (READ COMMITTED, rows locked where a decision depends on them); a few of them
run side by side, and the server puts their commits into one flush. Transactions lock in one order - queue rows, legs,
balances, the revision - and what must not wait for others takes `SKIP LOCKED`. Where two come into each other's way
all the same, the function is run again and finds what the other has committed.
"""

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
from psycopg import IsolationLevel, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from tolmach.core.errors import CommitUnknownError, StoreUnavailableError
from tolmach.store.crowd import Crowd
from tolmach.store.place import Tx

T = TypeVar("T")

CHANNEL = "tolmach"  # of notices
USUAL_PORT = "5432"
WRITERS = 3
PILERS = 2
CROWDED_CUT = 4
ATTEMPTS = 5
PATIENCE = "30s"  # for a lock that another process holds
DEFAULTS = {
    "application_name": "tolmach",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""What the address may say otherwise: a server that has gone is noticed within half a minute."""

SETTINGS = {
    "lock_timeout": f"'{PATIENCE}'",
    "idle_in_transaction_session_timeout": f"'{PATIENCE}'",
    "jit": "off",
    "timezone": "'UTC'",
}
BY_INDEX = {"enable_seqscan": "off"}
"""For those who write: all they look up, they look up by an index. What the server knows of a table is minutes old, and
of a new partition it knows nothing: it would plan to read through it, and keep to that plan while it fills."""

AGAIN = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
"""Another transaction was in the way; a repeated key may be one that another process has written meanwhile."""

GONE = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction)
"""The server cannot be reached, cannot write, or has become a standby."""


class _Text(StrDumper):
    """Text; PostgreSQL has no NUL in it, and clients' texts are no place to fail for one."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\x00", "\ufffd") if "\x00" in obj else obj)


def _with_port(host: str, port: str) -> str:
    """Return a host with its port, where that is not the usual one."""
    if port in ("", USUAL_PORT):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@dataclass(frozen=True, slots=True)
class PostgresqlServer:
    """A database of a server, by libpq's address: ``postgresql://user:password@host:port/name?option=value``.

    Several hosts may be named, by commas, with ``target_session_attrs=read-write`` to find the one that writes.

    ``pooler``: the address of one who lends connections of the server for a transaction at a time, as PgBouncer does.
    Transactions of readers and writers go by it; what needs a session of its own goes to the server itself.
    """

    url: str = field(repr=False)
    pooler: str | None = field(repr=False, default=None)

    def __str__(self) -> str:
        known = self._address
        hosts = str(known.get("host", "")).split(",")
        ports = str(known.get("port", "")).split(",")
        if len(ports) == 1:
            ports *= len(hosts)  # one is that of every host
        shown = ",".join(_with_port(host, port) for host, port in zip(hosts, ports, strict=False))
        return f"postgresql://{shown}/{known.get('dbname', '')}"

    @property
    def _address(self) -> dict[str, Any]:
        return conninfo_to_dict(self.url)

    @property
    def exists(self) -> bool:
        """Whether the server lets us in; raises StoreUnavailableError when not."""
        try:
            self.connect().close()
        except psycopg.Error as error:
            raise StoreUnavailableError(str(error)) from error
        return True

    def prepare(self) -> None:
        """Do nothing: an administrator makes the database."""

    def reader(self, connections: int) -> Engine:
        """Return connections that see one moment and cannot write."""
        return self._engine(connections, IsolationLevel.REPEATABLE_READ, read_only=True)

    def writes(self) -> "ManyWriters":
        """Return the writers."""
        # the second connection of each is for what it does apart from its transaction
        return ManyWriters(self._engine(2 * WRITERS + PILERS, IsolationLevel.READ_COMMITTED, read_only=False))

    def plain(self, error: BaseException) -> BaseException:
        """Return what callers know: prepared statements raise the driver's errors, Core its own around them."""
        return _plain(error)

    @property
    def shared(self) -> bool:
        """Whether several processes of a gateway may work on it."""
        return True

    def notify(self, tx: Tx, notice: str) -> None:
        """Let everybody who hears have a notice once ``tx`` is committed."""
        tx.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, notice))

    @asynccontextmanager
    async def hear(self) -> AsyncIterator[AsyncIterator[str]]:
        """Hear the notices of others, on a connection of its own; StoreUnavailableError when it is lost."""
        try:
            address = make_conninfo("", **{**DEFAULTS, **self._address})
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                notices = connection.notifies()
                try:
                    yield (notice.payload async for notice in notices)
                finally:
                    await notices.aclose()  # it holds the connection's lock, for which closing would wait
        except psycopg.Error as error:
            raise StoreUnavailableError(str(error).strip()) from error

    @contextmanager
    def alone_in(self, work: str, *, lock_seconds: float) -> Iterator[Connection]:
        """Yield a connection that is the only one in some work, and waits for locks for so many seconds at most.

        It is in no transaction, and may do what cannot be done in one. Who else comes for the same work waits here.
        """
        engine = create_engine("postgresql+psycopg://", creator=self._patient, poolclass=NullPool, hide_parameters=True)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT pg_advisory_lock(hashtextextended(%s::TEXT, 0))", (f"alone {work}",))
                connection.exec_driver_sql(f"SET lock_timeout = '{round(lock_seconds * 1000)}ms'")
                connection.commit()
                yield connection
        finally:
            engine.dispose()

    def _patient(self) -> "psycopg.Connection[Any]":
        """Return a connection that may wait long for its turn, and be long at its work."""
        connection = self.connect()
        connection.execute("SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        connection.autocommit = False
        return connection

    def check(self, _tx: Tx) -> Sequence[str]:
        """Return nothing: a server looks after its files itself."""
        return []

    def connect(self) -> "psycopg.Connection[Any]":
        """Return a new connection; raises psycopg.OperationalError."""
        connection = self._connected(self.url)
        connection.execute(_set("SET", SETTINGS))
        return connection

    def _borrow(self) -> "psycopg.Connection[Any]":
        """Return a new connection to the pooler, behind which each transaction may be on another session."""
        assert self.pooler is not None
        connection = self._connected(self.pooler)
        connection.prepare_threshold = None  # what one session has prepared the next one does not know
        return connection

    def _connected(self, url: str) -> "psycopg.Connection[Any]":
        connection = psycopg.connect(make_conninfo("", **{**DEFAULTS, **conninfo_to_dict(url)}), autocommit=True)
        connection.adapters.register_dumper(int, Int8Dumper)  # one type for all numbers: one plan for a statement
        connection.adapters.register_dumper(str, _Text)
        return connection

    def _engine(self, connections: int, isolation: IsolationLevel, *, read_only: bool) -> Engine:
        engine = create_engine(
            "postgresql+psycopg://",
            creator=self._borrow if self.pooler else self.connect,
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=0,
            hide_parameters=True,  # an error's text goes to the log; what was to be written does not
        )

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            if not read_only and not self.pooler:
                connection.execute(_set("SET", BY_INDEX))
            connection.autocommit = False
            connection.isolation_level = isolation
            connection.read_only = read_only

        if self.pooler:
            settings = _set("SET LOCAL", SETTINGS if read_only else SETTINGS | BY_INDEX)

            @event.listens_for(engine, "begin")
            def begin(tx: Connection) -> None:
                connection: Any = tx.connection.driver_connection
                try:
                    connection.execute(settings)  # the session is another one each time
                except psycopg.Error as error:
                    tx.invalidate(error)  # nobody should try to clean it up, and complain
                    raise

        return engine


class ManyWriters:
    """Threads that write, each function in a transaction of its own: some for what somebody waits for, some for piles.

    So whoever waits finds a thread, however much was delivered or reported.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.crowd = Crowd()
        self._closed = False
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(WRITERS, "store-write")
        self._pile_threads = ThreadPoolExecutor(PILERS, "store-pile")

    @property
    def cut(self) -> int:
        """Into how many pieces piles should be cut: in a crowd each takes less of the interpreter's time at once."""
        return CROWDED_CUT if self.crowd else 1

    def submit(self, function: Callable[[Tx], T], rows: int = 0, *, awaited: bool = True) -> Future[T]:
        """Run ``function`` when a thread is free; RuntimeError when closed."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the database is closed")
            return (self._threads if awaited else self._pile_threads).submit(self._run, function)

    def close(self) -> None:
        """Finish what waits."""
        with self._lock:
            self._closed = True
        self._threads.shutdown()
        self._pile_threads.shutdown()
        self.engine.dispose()

    def _run(self, function: Callable[[Tx], T]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            committing = False
            try:
                with self.engine.begin() as tx:
                    result = function(tx)
                    committing = True
                return result
            except Exception as error:
                if attempt == ATTEMPTS or not isinstance(_cause(error), AGAIN):
                    plain = _plain(error)
                    if committing and isinstance(plain, StoreUnavailableError) and not _refused(_cause(error)):
                        plain = CommitUnknownError(f"lost while it committed: {plain}")
                    if plain is error:
                        raise
                    raise plain from error
        raise AssertionError("unreachable")


def _set(how: str, settings: Mapping[str, str]) -> str:
    return "; ".join(f"{how} {name} = {value}" for name, value in settings.items())


def _cause(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _confused(cause: BaseException | None) -> bool:
    """Tell whether the driver itself, no server, found something wrong.

    A pooler whose server ends a session says so in its own words after those of the server: two answers to a question.
    """
    return isinstance(cause, psycopg.InternalError) and cause.sqlstate is None


def _refused(cause: BaseException | None) -> bool:
    """Tell whether the server itself says that it has undone the transaction, and goes on: its disk is full."""
    return isinstance(cause, psycopg.Error) and cause.diag.severity_nonlocalized == "ERROR"


def _plain(error: BaseException) -> BaseException:
    cause = _cause(error)
    if isinstance(cause, GONE) or _confused(cause):
        return StoreUnavailableError(str(cause).strip() or "the connection is lost")
    if isinstance(cause, psycopg.Error):
        # the rest of the text tells what was to be written, and the text goes to the log
        cause.args = error.args = (cause.diag.message_primary or "",)
    return error
