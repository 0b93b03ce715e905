"""A demonstration installation on either database, to be filled, started and stopped by a benchmark."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from psycopg.conninfo import conninfo_to_dict

from tests.databases import server
from tolmach.core.money import parse_money
from tolmach.services import demo, ledger, passwords
from tolmach.store import migrate
from tolmach.store.database import Database
from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.sqlite import SqliteFile

TOLMACH = Path(sys.executable).with_name("tolmach")
DURABLE = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "128MB"}
MONEY = parse_money("100000000")
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway; ``seconds`` from its start until it said where it listens."""

    pid: int
    port: int
    seconds: float


class Spent(NamedTuple):
    """Processor time of a gateway with its fronts, and of the database's server: seconds, or microseconds a message."""

    gateway: float
    server: float = 0.0

    def each(self, since: "Spent", messages: float) -> "Spent":
        """Return microseconds a message since an earlier moment."""
        many = max(1.0, messages)
        return Spent(1e6 * (self.gateway - since.gateway) / many, 1e6 * (self.server - since.server) / many)

    def __str__(self) -> str:
        of_server = f" + {self.server:,.0f}" if self.server else ""
        return f"{self.gateway:,.0f}{of_server} µs"


@dataclass(frozen=True, slots=True)
class Stage:
    """An installation with the account demo, which has money enough."""

    folder: Path
    place: Place
    where: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def running(
        self, config: str = "", fronts: int = 0, program: Sequence[str] = (str(TOLMACH),), **environment: str
    ) -> Iterator[Gateway]:
        """Run its gateway with the text of a settings file."""
        settings = self.folder / "bench.toml"
        settings.write_text(config)
        words = ["serve", "--fronts", str(fronts)] if fronts else ["demo", "--smpp-port", "0"]
        command = [*program, *words, "--port", "0", "--data", str(self.folder)]
        known = {**os.environ, "COLUMNS": "200", "TOLMACH_CONFIG": str(settings), **self.where, **environment}
        if fronts:
            known["TOLMACH_SANDBOX__ENABLED"] = "true"
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=known)
        assert process.stdout is not None
        try:
            port = next(port_in(line) for line in process.stdout if "http://127.0.0.1:" in line)
            yield Gateway(process.pid, port, time.perf_counter() - start)
        finally:
            process.terminate()
            process.communicate()

    def spent(self, gateway: Gateway) -> Spent:
        """Return the processor time that was used until now, in seconds."""
        server = server_seconds(self.place.url) if isinstance(self.place, PostgresqlServer) else 0.0
        return Spent(cpu_seconds(gateway.pid), server)

    def do(self, *words: str) -> None:
        """Run a command of the program."""
        command = [str(TOLMACH), *words, "--data", str(self.folder)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **self.where})


@contextmanager
def stage(kind: str = "sqlite") -> Iterator[Stage]:
    """Make an installation. PostgreSQL is a server of its own with its own defaults, on a socket."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "sqlite":
            yield _seeded(Stage(folder, SqliteFile(folder / "tolmach.sqlite")))
            return
        with server(DURABLE) as databases:
            place = databases.new(folder)
            assert isinstance(place, PostgresqlServer)
            yield _seeded(Stage(folder, place, {"TOLMACH_DATABASE_URL": place.url}))


def _seeded(made: Stage) -> Stage:
    migrate.upgrade(made.place)
    database, now = Database(made.place), datetime.now(UTC)
    try:
        concealed = passwords.conceal(demo.PASSWORD)
        database.write_now(lambda tx: demo.seed(tx, concealed, now))
        database.write_now(lambda tx: ledger.top_up(tx, demo.LOGIN, MONEY, "benchmark", now))
    finally:
        database.close()
    return made


def port_in(line: str) -> int:
    """Return the port of an address that the program has printed."""
    digits = line.split("http://127.0.0.1:")[1]
    return int("".join(char for char in digits[:5] if char.isdigit()))


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its children have used."""
    return sum(map(_own_seconds, [pid, *_children(pid)]))


def _own_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def server_seconds(url: str) -> float:
    """Return the processor time of a PostgreSQL server of ours and of its processes, those that ended included."""
    folder = Path(conninfo_to_dict(url)["host"])  # type: ignore[arg-type]
    pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ended = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    return ended + cpu_seconds(pid)


def memory(pid: int, what: str = "VmRSS") -> float:
    """Return the resident memory of a process and its children in MiB, or (VmHWM) the most that it was."""
    statuses = [Path(f"/proc/{one}/status").read_text() for one in [pid, *_children(pid)]]
    return sum(int(status.split(f"{what}:")[1].split()[0]) for status in statuses) / 1024
