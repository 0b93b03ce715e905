"""How many of the interpreter's instructions a message takes: the same on every machine, however busy it is.

    scripts/bench instructions [--count 2000] [--database postgresql] [--only flow]

"intake": one-recipient requests over 64 connections, scheduled for tomorrow. "flow": the same, due at once, over an
SMPP link with receipts until the callbacks are acknowledged. Counted is every instruction of Python that the gateway
carries out, by the part of the program that it is in; what is written in C (the parser, SQLite, the encoding of a
text) counts nothing. Counting makes the gateway twenty times slower, so that its batches are smaller than in earnest.
"""

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench import smpp
from bench.flow import send, surroundings, told_all
from bench.machine import described
from bench.stage import KINDS, Gateway, Stage, stage

CONNECTIONS = 64
WARM = 300
SHOWN = 25
PATIENCE = 60.0

Work = Callable[[int], None]
"""Has so many messages worked off."""


class Function(NamedTuple):
    """What a function did for all messages."""

    file: str
    name: str
    calls: int
    instructions: int

    @property
    def part(self) -> str:
        """The part of the program, or the package, that it is in."""
        if self.file.startswith("<"):
            return "constructors"
        words = Path(self.file).parts
        if "site-packages" in words:
            return words[words.index("site-packages") + 1].removesuffix(".py")
        if "tolmach" in words:
            at = words.index("tolmach")
            return "/".join(words[at : at + 2]).removesuffix(".py")
        return "standard library"


def count_intake(made: Stage, count: int) -> list[Function]:
    """Count what so many requests take that are scheduled for tomorrow."""
    with counting(made) as (gateway, count_of):
        return count_of(lambda many: send(gateway.port, many, 1, CONNECTIONS, ahead=True), count)


def count_flow(made: Stage, count: int) -> list[Function]:
    """Count what so many messages take on their way from the request to the acknowledged callback."""
    with (
        smpp.served("bench.smpp", "0") as port,
        surroundings(made, port) as config,
        counting(made, config) as (gateway, count_of),
        told_all(made) as wait_until_told,
    ):

        def work(many: int) -> None:
            send(gateway.port, many, 1, CONNECTIONS)
            wait_until_told()

        return count_of(work, count)


KINDS_OF_WORK = {"intake": count_intake, "flow": count_flow}


@contextmanager
def counting(made: Stage, config: str = "") -> Iterator[tuple[Gateway, Callable[[Work, int], list[Function]]]]:
    """Run a gateway; yield it, and what counts while it works off so many messages, after some that do not count."""
    into = made.folder / "counted.json"
    with made.running(config, program=(sys.executable, "-m", "bench.counted"), COUNTED=str(into)) as gateway:

        def count_of(work: Work, count: int) -> list[Function]:
            work(WARM)
            os.kill(gateway.pid, signal.SIGUSR1)
            time.sleep(0.2)  # a signal is heard between two instructions
            work(count)
            os.kill(gateway.pid, signal.SIGUSR1)
            deadline = time.monotonic() + PATIENCE
            while not into.exists():
                if time.monotonic() > deadline:
                    raise TimeoutError("the gateway does not tell what it has counted")
                time.sleep(0.05)
            return [Function(*each) for each in json.loads(into.read_text())]

        yield gateway, count_of


def shown(title: str, found: list[Function], count: int) -> Table:
    """Return a table of the parts that take most, and the whole."""
    instructions, calls = Counter[str](), Counter[str]()
    for each in found:
        instructions[each.part] += each.instructions
        calls[each.part] += each.calls
    table = Table(title, "instructions a message", "calls a message")
    whole = (sum(instructions.values()), sum(calls.values()))
    for name, many, called in [
        ("all", *whole),
        *((name, many, calls[name]) for name, many in instructions.most_common(SHOWN)),
    ]:
        table.add_row(name, f"{many / count:,.0f}", f"{called / count:,.1f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="messages that are counted")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--only", choices=KINDS_OF_WORK)
    options = parser.parse_args()
    console = Console(width=110)
    console.print(f"{described()}; {options.database}, {options.count:,} messages over {CONNECTIONS} connections")
    for name, count in KINDS_OF_WORK.items():
        if options.only in (None, name):
            with stage(options.database) as made:
                console.print(shown(name, count(made, options.count), options.count))


if __name__ == "__main__":
    main()
