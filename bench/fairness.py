"""What a client that asks as fast as it can does to the answers of other accounts.

    scripts/bench fairness [--seconds 60] [--database postgresql] [--limit 50]

Four polite accounts send twenty-five requests a second each, with one recipient; their latencies are taken alone, and
while another account sends over 64 connections with one recipient each, and over 4 with a thousand each. Without a
limit, and when that account alone is held to so many requests, and messages, a second: twice what a polite account
sends, unless told. What is compared is measured by turns, a third of the time each, so that a host that becomes slower
does so for all. The load runs on the same machine.
"""

import argparse
import json
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.intake import LOAD
from bench.load import Connection, Load
from bench.machine import described
from bench.stage import KINDS, stage

POLITE = 4
PACE = 25
LIMIT = 2 * PACE
ROUNDS = 3
LOADS = {"nobody": (0, 0), "64 connections, 1 recipient": (64, 1), "4 connections, 1,000 recipients": (4, 1000)}


class Polite(Load):
    """What a polite account sends."""

    def __init__(self, login: str) -> None:
        super().__init__(1, ahead=False)
        self.login = login

    def request(self) -> bytes:
        """Return a request under its own login, which is as long as that of the load."""
        return super().request().replace(b'login value="demo"', f'login value="{self.login}"'.encode())


LOGINS = [f"pol{number}" for number in range(POLITE)]


@contextmanager
def gateway(rate: int | None, kind: str = "sqlite") -> Iterator[int]:
    """Run a demo gateway with accounts that have money enough; yield its port.

    ``rate`` is what the account of the load is held to, None: nothing. The polite ones have no limit.
    """
    with stage(kind) as made:
        for login in LOGINS:
            made.do("account", "add", login, "--password", "demo", "--tariff", "demo", "--any-sender")
            made.do("account", "top-up", login, "100000000")
        if rate is not None:
            made.do("account", "set", "demo", "--rate", str(rate), "--message-rate", str(rate))
        with made.running("", 0) as running:
            yield running.port


def latencies(port: int, seconds: float) -> list[float]:
    """Let the polite accounts send in turn, each when its time has come and it has its last answer.

    Returns how long each answer took, in milliseconds.
    """
    selector, found = selectors.DefaultSelector(), list[float]()
    callers = [(Connection(port), Polite(login)) for login in LOGINS]
    for connection, _ in callers:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    rate = PACE * POLITE
    total, sent, out, start = int(seconds * rate), 0, set[Connection](), time.perf_counter()
    while sent < total or out:
        connection, load = callers[sent % POLITE]
        wait = start + sent / rate - time.perf_counter()
        ready = sent < total and connection not in out
        if ready and wait <= 0:
            connection.send(load)
            out.add(connection)
            sent += 1
            continue
        for key, _ in selector.select(wait if ready else None):
            if key.data.receive() is not None:
                found.append(1000 * (time.perf_counter() - key.data.sent_at))
                out.discard(key.data)
    for connection, _ in callers:
        connection.socket.close()
    return found


def measure(port: int, connections: int, recipients: int, seconds: float) -> tuple[list[float], float]:
    """Return the latencies of the polite accounts beside a load, and how many messages a second of that were taken."""
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
    """Measure the polite accounts alone and beside each load, for so many seconds each."""
    latencies(port, 2)
    found: dict[str, list[float]] = {name: [] for name in LOADS}
    taken = dict.fromkeys(LOADS, 0.0)
    for _ in range(ROUNDS):
        for name, (connections, recipients) in LOADS.items():
            some, rate = measure(port, connections, recipients, seconds / ROUNDS)
            found[name] += some
            taken[name] += rate / ROUNDS
    alone = 0.0
    for name, some in found.items():
        some.sort()
        high = some[len(some) * 99 // 100]
        alone = alone or high
        yield Beside(name, taken[name], some[len(some) // 2], high, high / alone)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seconds", type=float, default=60, help="length of each measurement; with limits a list goes every 20 seconds"
    )
    parser.add_argument("--limit", type=int, default=LIMIT, help="requests and messages a second of the load")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    options = parser.parse_args()
    console = Console(width=110)
    console.print(f"{described()}; {options.database}, {POLITE} accounts at {PACE} requests/s each")
    table = Table("its limit", "beside it", "its messages/s", "p50 ms", "p99 ms", "p99 to alone")
    for rate in (None, options.limit):
        with gateway(rate, options.database) as port:
            limits = "none" if rate is None else f"{rate}/s"
            for one in beside(port, options.seconds):
                table.add_row(
                    limits, one.load, f"{one.taken:,.0f}", f"{one.middle:.1f}", f"{one.high:.1f}", f"{one.ratio:.2f}"
                )
    console.print(table)


if __name__ == "__main__":
    main()
