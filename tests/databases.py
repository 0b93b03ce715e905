"""Databases for tests: SQLite files, or (``--database=postgresql``) databases of a server that is started for them.

A test's database is a copy of a template that was filled once. What belongs to a data directory is found by `place_of`.
"""

import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy.exc import IntegrityError

from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.sqlite import SqliteFile

FILE = "tolmach.sqlite"
ADDRESS = "postgresql.url"
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",  # a test's database dies with the test
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


ROOM = 2 * 1024**3  # bytes

BROKEN = (sqlite3.IntegrityError, psycopg.IntegrityError, IntegrityError)
"""A constraint was in the way: the drivers' errors, and Core's around them."""


def place_of(data: Path) -> Place:
    """Return the database of a data directory: the one whose address stands there, or the file."""
    address = data / ADDRESS
    return PostgresqlServer(address.read_text()) if address.exists() else SqliteFile(data / FILE)


class Databases(Protocol):
    """Makes databases, and copies of them, for data directories."""

    def new(self, data: Path, *, lasting: bool = False) -> Place:
        """Return a database without anything in it, for one test or (``lasting``) for as long as tests run."""
        ...

    def copy(self, template: Place, data: Path) -> Place:
        """Return a copy of a database that nobody has open."""
        ...

    def sweep(self) -> None:
        """Take away the databases of a test that is over."""
        ...


class SqliteDatabases:
    """Files, which go with their directories."""

    def new(self, data: Path, *, lasting: bool = False) -> Place:
        return SqliteFile(data / FILE)

    def copy(self, template: Place, data: Path) -> Place:
        assert isinstance(template, SqliteFile)
        return SqliteFile(Path(shutil.copy(template.path, data / FILE)))

    def sweep(self) -> None:
        """Leave the files: pytest keeps the directories of its last runs."""


class PostgresqlDatabases:
    """Databases of a server."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count(1)
        self._passing: list[str] = []

    def new(self, data: Path, *, lasting: bool = False) -> Place:
        place = self._create(data, "template0")
        if not lasting:
            self._passing.append(_name(place))
        return place

    def copy(self, template: Place, data: Path) -> Place:
        assert isinstance(template, PostgresqlServer)
        place = self._create(data, _name(template))
        self._passing.append(_name(place))
        return place

    def sweep(self) -> None:
        while self._passing:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._passing.pop())))

    def _create(self, data: Path, template: str) -> PostgresqlServer:
        name = f"test_{next(self._numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run(create.format(sql.Identifier(name), sql.Identifier(template)))
        url = self.url(name)
        (data / ADDRESS).write_text(url)
        return PostgresqlServer(url)

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql://postgres@/{name}?host={self._directory}"

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def _name(place: PostgresqlServer) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(place.url)["dbname"])


def programs() -> Path | None:
    """Return the directory of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("postgres")
    return Path(elsewhere).resolve().parent if elsewhere else None


def _quick() -> Path | None:
    """Return a folder in memory, if there is room: a database is hundreds of small files, made anew for each test."""
    memory = Path("/dev/shm")
    with suppress(OSError):
        if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
            return memory
    return None


@contextmanager
def server(options: dict[str, str] | None = None) -> Iterator[PostgresqlDatabases]:
    """A PostgreSQL server of our own, on a socket in a directory that goes with it."""
    binaries = programs()
    assert binaries is not None
    directory = Path(tempfile.mkdtemp(prefix="tolmach-postgresql-", dir=_quick()))
    as_owner = run_as_owner(directory)
    try:
        _initialise(as_owner, binaries, directory)
        with _served(as_owner, binaries, directory, OPTIONS | (options or {})):
            yield PostgresqlDatabases(directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def kept(directory: Path, options: dict[str, str] | None = None) -> Iterator[PostgresqlDatabases]:
    """A PostgreSQL server whose directory stays: it is made when it is not there."""
    binaries = programs()
    assert binaries is not None
    directory.mkdir(parents=True, exist_ok=True)
    as_owner = run_as_owner(directory)
    if not (directory / "data").exists():
        _initialise(as_owner, binaries, directory)
    with _served(as_owner, binaries, directory, OPTIONS | (options or {})):
        yield PostgresqlDatabases(directory)


class Restarted:
    """A server to be stopped, killed and started again, with one database."""

    def __init__(self, as_owner: list[str], binaries: Path, directory: Path, options: dict[str, str]) -> None:
        self._as_owner = as_owner
        self._binaries = binaries
        self._directory = directory
        self._options = OPTIONS | {"fsync": "on", "full_page_writes": "on", "autovacuum": "on"} | options
        self._running: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://postgres@/postgres?host={directory}"

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers."""
        ready = [f"{self._binaries}/pg_isready", "--quiet", "--host", str(self._directory)]
        while subprocess.run(ready, check=False).returncode != 0:
            if not self.runs:
                self._running = _launch(self._as_owner, self._binaries, self._directory, self._options)

    @property
    def runs(self) -> bool:
        """Whether its postmaster is there."""
        return self._running is not None and self._running.poll() is None

    def kill(self) -> None:
        """``kill -9`` of the postmaster and all of its processes."""
        assert self._running is not None
        for process in [self._running.pid, *self._children()]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._running.wait()

    def kill_backend(self) -> None:
        """``kill -9`` of one process that serves a client; the postmaster then ends the others and recovers."""
        for process in self._children():
            with suppress(ProcessLookupError, FileNotFoundError):
                if b"postgres: postgres postgres" in Path(f"/proc/{process}/cmdline").read_bytes():
                    os.kill(process, signal.SIGKILL)
                    return

    def stop(self) -> None:
        """Stop it as an administrator does: clients are cut off, what they have not committed is rolled back."""
        self._end(signal.SIGINT)

    def halt(self) -> None:
        """Stop it at once, without a checkpoint."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        assert self._running is not None
        self._running.send_signal(how)
        self._running.wait()

    def _children(self) -> list[int]:
        assert self._running is not None
        asked = ["ps", "-o", "pid=", "--ppid", str(self._running.pid)]
        found = subprocess.run(asked, capture_output=True, text=True, check=False)
        return [int(word) for word in found.stdout.split()]


@contextmanager
def restarted(data: Path | None = None, options: dict[str, str] | None = None) -> Iterator[Restarted]:
    """A server that runs, and that whoever asks for it may end and start. ``data``: its data are in that folder."""
    binaries = programs()
    assert binaries is not None
    directory = Path(tempfile.mkdtemp(prefix="tolmach-postgresql-"))
    as_owner = run_as_owner(directory)
    if data is not None:
        run_as_owner(data)
        (directory / "data").symlink_to(data)
    made = Restarted(as_owner, binaries, directory, options or {})
    try:
        _initialise(as_owner, binaries, directory)
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(directory, ignore_errors=True)


def _initialise(as_owner: list[str], binaries: Path, directory: Path) -> None:
    make = [f"{binaries}/initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8"]
    subprocess.run(
        [*as_owner, *make, "--locale=C", "-D", f"{directory}/data"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=directory,
    )


def _launch(as_owner: list[str], binaries: Path, directory: Path, options: dict[str, str]) -> subprocess.Popen[bytes]:
    settings = [f"--{name}={value}" for name, value in options.items()]
    command = [f"{binaries}/postgres", "-D", f"{directory}/data", "-k", str(directory), *settings]
    with (directory / "log").open("a") as log:
        return subprocess.Popen([*as_owner, *command], stdout=log, stderr=log, cwd=directory)


@contextmanager
def _served(as_owner: list[str], binaries: Path, directory: Path, options: dict[str, str]) -> Iterator[None]:
    running = _launch(as_owner, binaries, directory, options)
    try:
        ready = [f"{binaries}/pg_isready", "--quiet", "--host", str(directory)]
        while subprocess.run(ready, check=False).returncode != 0:
            assert running.poll() is None, (directory / "log").read_text()
        yield
    finally:
        running.terminate()
        try:
            running.wait(timeout=1)  # for clients that have gone already
        except subprocess.TimeoutExpired:
            running.send_signal(3)  # SIGQUIT: at once
            running.wait()


def run_as_owner(directory: Path) -> list[str]:
    """Return how to run a program as somebody who may run a server: root may not."""
    if os.getuid() != 0:
        return []
    owner = pwd.getpwnam("postgres")
    os.chown(directory, owner.pw_uid, owner.pw_gid)
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--pdeathsig=QUIT"]
