"""Accepted requests per second over HTTP, every answer durable, beside the raw ceiling of the same rows in SQLite.

    scripts/bench intake [--seconds 10] [--database postgresql]

The gateway is `tolmach demo` in a process of its own; the load generator is another process on the same machine.
"delivering": messages go out to the sandbox while more come in. "ahead": messages are scheduled for tomorrow, so
nothing but intake runs. PostgreSQL is a server of the run's own, with its own defaults, on a socket.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import ceiling
from tests.databases import server
from tolmach.store.postgresql import PostgresqlServer

TOLMACH = Path(sys.executable).with_name("tolmach")
LOAD = Path(__file__).with_name("load.py")


DURABLE = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "128MB"}


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """Make a database; yield what the environment says about it."""
    if kind == "sqlite":
        yield {}
        return
    with server(DURABLE) as databases, tempfile.TemporaryDirectory() as folder:
        place = databases.new(Path(folder))
        assert isinstance(place, PostgresqlServer)
        yield {"TOLMACH_DATABASE_URL": place.url}


@contextmanager
def gateway(kind: str = "sqlite") -> Iterator[tuple[int, int]]:
    """Run a demo gateway with money enough; yield its process id and port."""
    with tempfile.TemporaryDirectory() as folder, database(kind) as where:
        command = [str(TOLMACH), "demo", "--port", "0", "--data", folder]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200", **where}
        )
        assert process.stdout is not None
        try:
            port = next(_port(line) for line in process.stdout if "http://127.0.0.1:" in line)
            top_up = [str(TOLMACH), "account", "top-up", "demo", "100000000", "--data", folder]
            subprocess.run(top_up, check=True, capture_output=True, env={**os.environ, **where})
            yield process.pid, port
        finally:
            process.terminate()
            process.communicate()


def _port(line: str) -> int:
    digits = line.split("http://127.0.0.1:")[1]
    return int("".join(char for char in digits[:5] if char.isdigit()))


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(port: int, connections: int, recipients: int, seconds: float, *, ahead: bool) -> dict[str, float]:
    """Run the load generator; return what it measured."""
    words = [sys.executable, LOAD, port, "--connections", connections, "--recipients", recipients, "--seconds", seconds]
    command = [str(word) for word in words] + (["--ahead"] if ahead else [])
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    console = Console(width=110)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {options.database}"
    console.print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}")
    console.print(f"raw: {ceiling.fsyncs_per_second():,.0f} fsync/s")
    raw = {size: ceiling.inserts_per_second(size) for size in (1, 16, 64, 1000)}
    for size, rate in raw.items():
        console.print(f"raw: {rate:,.0f} messages/s inserted in batches of {size} by plain SQL")
    table = Table(
        "what", "connections", "requests/s", "messages/s", "p50 ms", "p99 ms", "CPU µs/message", "of raw", "errors"
    )
    for ahead in (False, True):
        for connections, recipients in ((1, 1), (16, 1), (64, 1), (4, 1000)):
            with gateway(options.database) as (pid, port):
                before = cpu_seconds(pid)
                result = load(port, connections, recipients, options.seconds, ahead=ahead)
                cost = 1e6 * (cpu_seconds(pid) - before) / max(1, result["messages"])
            table.add_row(
                f"{recipients:,} recipient{'s' * (recipients > 1)}, {'ahead' if ahead else 'delivering'}",
                str(connections),
                f"{result['requests_per_second']:,.0f}",
                f"{result['messages_per_second']:,.0f}",
                f"{result['p50_ms']:.1f}",
                f"{result['p99_ms']:.1f}",
                f"{cost:,.0f}",
                f"{result['messages_per_second'] / raw[1000 if recipients > 1 else connections]:.1%}",
                f"{result['errors']:.0f}",
            )
    console.print(table)


if __name__ == "__main__":
    main()
