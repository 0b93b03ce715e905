"""Accepted requests per second over HTTP, every answer durable, beside the raw ceiling of the same rows in SQLite.

    scripts/bench intake [--seconds 10] [--database postgresql] [--fronts 1]

The gateway is `tolmach demo` in a process of its own; the load generator is another process on the same machine.
"delivering": messages go out to the sandbox while more come in. "ahead": messages are scheduled for tomorrow, so
nothing but intake runs. PostgreSQL is a server of the run's own, with its own defaults, on a socket.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import ceiling
from bench.machine import described
from bench.stage import KINDS, stage

LOAD = Path(__file__).with_name("load.py")


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
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--fronts", type=int, default=0, help="processes that read and write HTTP")
    options = parser.parse_args()
    console = Console(width=110)
    console.print(f"{described()}, {options.database}")
    console.print(f"raw: {ceiling.fsyncs_per_second():,.0f} fsync/s")
    raw = {size: ceiling.inserts_per_second(size) for size in (1, 16, 64, 1000)}
    for size, rate in raw.items():
        console.print(f"raw: {rate:,.0f} messages/s inserted in batches of {size} by plain SQL")
    table = Table(
        "what", "connections", "requests/s", "messages/s", "p50 ms", "p99 ms", "CPU a message", "of raw", "errors"
    )
    for ahead in (False, True):
        for connections, recipients in ((1, 1), (16, 1), (64, 1), (4, 1000)):
            with stage(options.database) as made, made.running("", options.fronts) as gateway:
                before = made.spent(gateway)
                result = load(gateway.port, connections, recipients, options.seconds, ahead=ahead)
                cost = made.spent(gateway).each(before, result["messages"])
            table.add_row(
                f"{recipients:,} recipient{'s' * (recipients > 1)}, {'ahead' if ahead else 'delivering'}",
                str(connections),
                f"{result['requests_per_second']:,.0f}",
                f"{result['messages_per_second']:,.0f}",
                f"{result['p50_ms']:.1f}",
                f"{result['p99_ms']:.1f}",
                str(cost),
                f"{result['messages_per_second'] / raw[1000 if recipients > 1 else connections]:.1%}",
                f"{result['errors']:.0f}",
            )
    console.print(table)


if __name__ == "__main__":
    main()
