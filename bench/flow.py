"""From the HTTP request to the acknowledged callback: messages as fast as they go, over one SMPP link.

    scripts/bench flow [--count 20000] [--connections 64] [--database postgresql] [--fronts 1]

The SMSC of `bench.smpp`, a receiver of callbacks that acknowledges everything and the load generator are processes of
their own on the same machine. The gateway is `tolmach demo` with the link in its settings (with fronts: `tolmach
serve`), every commit on the disk.
Told are messages per second until the last callback is acknowledged, the share of the bare session's rate in the same
run, processor time of the gateway (+ of the PostgreSQL server), and the gateway's memory at the start, after half of
the messages and at the end.
"""

import argparse
import asyncio
import re
import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

from bench import smpp
from bench.load import ACCEPTED, Connection, Load
from bench.machine import described
from bench.stage import KINDS, Spent, Stage, memory, stage
from tolmach.core.ids import STRIDE
from tolmach.store import counters
from tolmach.store.database import Database

STATE = re.compile(rb'<state id_sms="(\d+)"')
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Acknowledge(asyncio.Protocol):
    """Answers every POST of states with their ids."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (head := self.buffer.find(b"\r\n\r\n")) >= 0:
            match = LENGTH.search(self.buffer, 0, head)
            end = head + 4 + (int(match[1]) if match else 0)
            if len(self.buffer) < end:
                return
            ids = STATE.findall(self.buffer, head, end)
            self.buffer = self.buffer[end:]
            body = b"<response>" + b"".join(b"<id_sms>%b</id_sms>" % one for one in ids) + b"</response>"
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


async def serve() -> None:
    """The receiver: prints its port."""
    server = await asyncio.get_running_loop().create_server(Acknowledge, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


@dataclass
class Result:
    """Seconds until the last answer and the last callback; processor time a message; MiB at the start, after half
    of the messages, and at the end.
    """

    accepted: float
    told: float
    cost: Spent
    memory: tuple[float, float, float]


def run(port: int, count: int, recipients: int, connections: int, kind: str = "sqlite", fronts: int = 0) -> Result:
    """Send ``count`` messages through a fresh gateway."""
    with stage(kind) as made:
        return through(made, port, count, recipients, connections, fronts)


def through(made: Stage, port: int, count: int, recipients: int, connections: int, fronts: int = 0) -> Result:
    """Send ``count`` messages through an installation, in two halves."""
    with (
        surroundings(made, port) as config,
        made.running(config, fronts) as gateway,
        told_all(made) as wait_until_told,
    ):
        before, held = made.spent(gateway), [memory(gateway.pid)]
        accepted = told = 0.0
        for _ in range(2):
            start = time.perf_counter()
            send(gateway.port, count // 2, recipients, connections)
            accepted += time.perf_counter() - start
            wait_until_told()
            told += time.perf_counter() - start
            held.append(memory(gateway.pid))
        cost = made.spent(gateway).each(before, count)
        return Result(accepted, told, cost, (held[0], held[1], held[2]))


@contextmanager
def surroundings(made: Stage, port: int) -> Iterator[str]:
    """Serve callbacks; yield the settings of a gateway with a link to an SMSC's port."""
    link = f'name = "bench"\ntype = "smpp"\nhost = "127.0.0.1"\nport = {port}\nsystem_id = "bench"\nwindow = 50\n'
    with smpp.served("bench.flow") as callbacks:
        made.do("account", "set", "demo", "--callback-url", f"http://127.0.0.1:{callbacks}/")
        yield f"[[links]]\n{link}[callbacks]\nallow_private = true\n"


@contextmanager
def told_all(made: Stage) -> Iterator[Callable[[], None]]:
    """Yield what waits until every message that comes from now on is final and its callback acknowledged."""
    database = Database(made.place)
    try:
        last = STRIDE * database.read_now(lambda tx: counters.value(tx, counters.MESSAGES))
        asked = (
            f"SELECT EXISTS (SELECT 1 FROM queue WHERE message_id > {last})"
            " OR EXISTS (SELECT 1 FROM callbacks WHERE state = 'pending')"
        )

        def wait() -> None:
            while database.read_now(lambda tx: tx.exec_driver_sql(asked).scalar()):
                time.sleep(0.02)

        yield wait
    finally:
        database.close()


def send(port: int, count: int, recipients: int, connections: int, *, ahead: bool = False) -> None:
    """Keep a request in flight on every connection until all are answered; ``ahead``: scheduled for tomorrow."""
    selector, load = selectors.DefaultSelector(), Load(recipients, ahead=ahead)
    left = count // recipients
    live = [Connection(port) for _ in range(min(connections, left))]
    for connection in live:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(load)
    left -= len(live)
    waiting = len(live)
    while waiting:
        for key, _ in selector.select():
            body = key.data.receive()
            if body is None:
                continue
            assert body.count(ACCEPTED) == recipients, body[:200]
            if left:
                key.data.send(load)
                left -= 1
            else:
                waiting -= 1
    for connection in live:
        connection.socket.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="messages of each run")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--runs", type=int, default=3, help="the median of so many is told")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--fronts", type=int, default=0, help="processes that read and write HTTP")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        uvloop.run(serve())
    console = Console(width=120)
    console.print(f"{described()}, {options.count:,} messages, one link with window 50")
    table = Table(
        "requests", "accepted/s", "messages/s to the callback", "of bare", "CPU a message", "MiB at 0, 1/2, 1"
    )
    with smpp.smsc() as port:
        bare = smpp.median(options.runs, lambda: uvloop.run(smpp.bare(port, options.count, 50)))
        console.print(f"raw: a bare session submits {bare.rate:,.0f} messages/s and gets their receipts")
        for recipients, connections in ((1, options.connections), (100, 4)):
            asked = (port, options.count, recipients, connections, options.database, options.fronts)
            found = [run(*asked) for _ in range(options.runs)]
            result = sorted(found, key=lambda one: one.told)[options.runs // 2]
            rate = options.count / result.told
            table.add_row(
                f"{recipients} recipient{'s' * (recipients > 1)}, {connections} connections",
                f"{options.count / result.accepted:,.0f}",
                f"{rate:,.0f}",
                f"{rate / bare.rate:.3f}",
                str(result.cost),
                ", ".join(f"{one:.0f}" for one in result.memory),
            )
    console.print(table)


if __name__ == "__main__":
    main()
