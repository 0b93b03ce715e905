"""What a client that asks as fast as it can does to the answers of another account.

    scripts/bench fairness [--seconds 15] [--database postgresql]

A polite account sends fifty requests a second over one connection, each with one recipient; its latencies are taken
alone, and while another account sends over 64 connections with one recipient each, and over 4 with a thousand each.
Without a limit, and with `limits.rate` and `limits.messages` at what the polite account sends. The load runs on the
same machine.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.intake import LOAD
from bench.load import Connection, Load
from bench.stage import KINDS, stage

PACE = 50.0
LIMIT = PACE
LOADS = {"nobody": (0, 0), "64 connections, 1 recipient": (64, 1), "4 connections, 1,000 recipients": (4, 1000)}


class Polite(Load):
    """What the polite account sends."""

    def request(self) -> bytes:
        """Return a request of the same length under its own login."""
        return super().request().replace(b'login value="demo"', b'login value="poli"')


@contextmanager
def gateway(rate: float | None, kind: str = "sqlite") -> Iterator[int]:
    """Run a demo gateway with two accounts that have money enough; yield its port. None: the limits that it has."""
    with stage(kind) as made:
        made.do("account", "add", "poli", "--password", "demo", "--tariff", "demo", "--any-sender")
        made.do("account", "top-up", "poli", "100000000")
        limits = {} if rate is None else {"TOLMACH_LIMITS__RATE": str(rate), "TOLMACH_LIMITS__MESSAGES": str(rate)}
        with made.running("", 0, **limits) as running:
            yield running.port


def latencies(port: int, seconds: float) -> list[float]:
    """Send at a steady pace and return how long each answer took, in milliseconds, the quickest first."""
    connection, load, found = Connection(port), Polite(1, ahead=False), list[float]()
    start = time.perf_counter()
    for number in range(int(seconds * PACE)):
        time.sleep(max(0.0, start + number / PACE - time.perf_counter()))
        connection.send(load)
        while connection.receive() is None:
            pass
        found.append(1000 * (time.perf_counter() - connection.sent_at))
    return sorted(found)


def measure(port: int, connections: int, recipients: int, seconds: float) -> tuple[list[float], float]:
    """Return the latencies of the polite account beside a load, and how many messages a second of that were taken."""
    if not connections:
        return latencies(port, seconds), 0.0
    words = [LOAD, port, "--connections", connections, "--recipients", recipients, "--seconds", seconds + 2]
    process = subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.PIPE)
    since = time.perf_counter()
    time.sleep(1.5)
    try:
        found = latencies(port, seconds)
    finally:
        said, _ = process.communicate()
    load = json.loads(said)
    return found, (load["messages"] - load["errors"] * recipients) / (time.perf_counter() - since)


class Beside(NamedTuple):
    """Latencies beside a load in milliseconds; ``ratio``: of the p99 to that without a load, which comes first.

    ``taken``: messages a second of the load.
    """

    load: str
    taken: float
    middle: float
    high: float
    ratio: float


def beside(port: int, seconds: float) -> Iterator[Beside]:
    """Measure the polite account alone and beside each load."""
    latencies(port, 2)
    alone = 0.0
    for name, (connections, recipients) in LOADS.items():
        found, taken = measure(port, connections, recipients, seconds)
        high = found[len(found) * 99 // 100]
        alone = alone or high
        yield Beside(name, taken, found[len(found) // 2], high, high / alone)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15, help="length of each measurement")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    options = parser.parse_args()
    console = Console(width=110)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    console.print(
        f"{datetime.now(UTC):%Y-%m-%d}, {machine}; {options.database}, a polite account at {PACE:g} requests/s"
    )
    table = Table("limits", "beside it", "its messages/s", "p50 ms", "p99 ms", "p99 to alone")
    for rate in (None, LIMIT):
        with gateway(rate, options.database) as port:
            limits = "none" if rate is None else f"{rate:g}/s"
            for one in beside(port, options.seconds):
                table.add_row(
                    limits, one.load, f"{one.taken:,.0f}", f"{one.middle:.1f}", f"{one.high:.1f}", f"{one.ratio:.2f}"
                )
    console.print(table)


if __name__ == "__main__":
    main()
