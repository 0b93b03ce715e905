"""Messages per second over one SMPP link, beside the ceiling of a bare session against the same SMSC.

    scripts/bench smpp [--count 10000] [--window 50]

An SMSC in a process of its own takes every message and reports it delivered at once. "bare": a client of nothing but
the session on a socket, no store. "link": the connector of the gateway without a gateway, receipts into a list.
"whole": `tolmach demo` with the link in its settings on SQLite, from HTTP requests of a hundred recipients each until
the last receipt is stored. "throttled": as "link", with a rate of 1,000 parts/s of which the SMSC throttles a fifth.
CPU is that of the client or the gateway alone.
"""

import argparse
import asyncio
import itertools
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from bench.load import Connection, Load
from bench.machine import described
from bench.stage import cpu_seconds, stage
from bench.wire import Wire
from tolmach.codecs.smpp.bodies import BindTransceiver, DeliverSm, DeliverSmResp, SubmitSm, SubmitSmResp
from tolmach.codecs.smpp.constants import Status
from tolmach.codecs.smpp.events import Answered, BindRequested, Bound, Event, Received
from tolmach.codecs.smpp.session import Session
from tolmach.codecs.smpp.states import Role
from tolmach.connectors.smpp import SmppConnector
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Busy, ProviderEvent, Sent, Submission
from tolmach.core.ids import LegId
from tolmach.core.links import SmppLink
from tolmach.workers.clock import SystemClock

PHONE, TEXT = "79161234567", "Order 1234567 is ready, come and get it"
RECIPIENTS = 100
RATE = 1_000.0
RECEIPT = "id:%d sub:001 dlvrd:001 submit date:%s done date:%s stat:DELIVRD err:000 text:"


async def serve(throttled: float) -> None:
    """The SMSC: prints its port."""
    ids, chance = itertools.count(1), random.Random(1)
    minute = f"{datetime.now(UTC):%y%m%d%H%M}"

    def handle(wire: Wire, event: Event) -> None:
        session = wire.session
        match event:
            case Received(sequence, SubmitSm() as body):
                if throttled and chance.random() < throttled:
                    session.respond(sequence, SubmitSmResp(), Status.RTHROTTLED)
                    return
                name = next(ids)
                session.respond(sequence, SubmitSmResp(str(name)))
                text = (RECEIPT % (name, minute, minute)).encode()
                session.request(DeliverSm("", 1, 1, body.destination_addr, 5, 0, body.source_addr, 4,
                                          short_message=text), 0.0)  # fmt: skip
            case BindRequested():
                session.accept("bench", time.monotonic())

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Wire(Role.SMSC, 1_000_000, handle), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


def smsc(throttled: float = 0.0) -> AbstractContextManager[int]:
    """Run the SMSC; the value is its port."""
    return served("bench.smpp", str(throttled))


@contextmanager
def served(module: str, *words: str) -> Iterator[int]:
    """Run what a benchmark serves to the gateway in a process of its own, which prints its port."""
    command = [sys.executable, "-m", module, "--serve", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate()


@dataclass
class Result:
    """Messages per second and microseconds of processor time per message."""

    rate: float
    cost: float


async def bare(port: int, count: int, window: int) -> Result:
    """Nothing but a session on a socket: submit, answer, receipt, answer."""
    bound, done = asyncio.Event(), asyncio.Event()
    left = {"to send": count, "receipts": count}
    message = SubmitSm("", 5, 0, "Tolmach", 1, 1, PHONE, registered_delivery=1, short_message=TEXT.encode())

    def fill(session: Session) -> None:
        now = time.monotonic()
        for _ in range(min(session.room, left["to send"])):
            session.request(message, now)
            left["to send"] -= 1

    def handle(wire: Wire, event: Event) -> None:
        match event:
            case Received(sequence, _):
                wire.session.respond(sequence, DeliverSmResp())
                left["receipts"] -= 1
                if not left["receipts"]:
                    done.set()
            case Answered():
                fill(wire.session)
            case Bound():
                bound.set()

    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(Role.ESME, window, handle), "127.0.0.1", port)
    wire.session.bind(BindTransceiver("bench", "bench"), time.monotonic())
    wire.flush()
    await bound.wait()
    start, spent = time.perf_counter(), time.process_time()
    fill(wire.session)
    wire.flush()
    await done.wait()
    return Result(count / (time.perf_counter() - start), 1e6 * (time.process_time() - spent) / count)


async def through_link(port: int, count: int, window: int, rate: float | None = None) -> Result:
    """The connector alone, fed as the submit worker feeds it, in pieces of its grain, three at a time."""
    link = SmppLink(name="bench", host="127.0.0.1", port=port, system_id="bench", window=window, rate=rate)
    connector = SmppConnector(link, SystemClock())
    heard, all_heard = [0], asyncio.Event()

    async def sink(events: Sequence[ProviderEvent]) -> None:
        heard[0] += len(events)
        if heard[0] >= count:
            all_heard.set()

    running = asyncio.create_task(connector.run(sink))
    while not connector.room:  # noqa: ASYNC110 - that a link is up is no event of ours
        await asyncio.sleep(0.01)
    expires = datetime.now(UTC) + timedelta(days=1)
    legs = [
        Submission(LegId(n * 10 + 1), PHONE, "Tolmach", Channel.SMS, SmsText(TEXT), 1, expires) for n in range(count)
    ]
    start, spent = time.perf_counter(), time.process_time()

    async def feed() -> None:
        while legs:
            batch = [legs.pop() for _ in range(min(len(legs), connector.room, connector.grain))]
            outcomes = await connector.submit(batch)
            connector.stored(leg.leg for leg in batch)
            legs.extend(leg for leg, outcome in zip(batch, outcomes, strict=True) if isinstance(outcome, Busy))
            assert all(isinstance(outcome, Sent | Busy) for outcome in outcomes)
            if not batch:
                await asyncio.sleep(0.01)

    await asyncio.gather(feed(), feed(), feed())
    await all_heard.wait()
    result = Result(count / (time.perf_counter() - start), 1e6 * (time.process_time() - spent) / count)
    assert connector.health().counters.lost == 0
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return result


def whole(port: int, count: int, window: int) -> Result:
    """A gateway in a process of its own, from HTTP to the last receipt."""
    link = f'name = "bench"\ntype = "smpp"\nhost = "127.0.0.1"\nport = {port}\nsystem_id = "bench"\n'
    with stage() as made, made.running(f"[[links]]\n{link}window = {window}\n") as gateway:
        before, start = cpu_seconds(gateway.pid), time.perf_counter()
        sent = intake(gateway.port, count)
        while waiting(made.folder):
            time.sleep(0.02)
        taken = time.perf_counter() - start
        return Result(sent / taken, 1e6 * (cpu_seconds(gateway.pid) - before) / sent)


def intake(port: int, count: int) -> int:
    """Four connections in turn, so that intake runs while the link does."""
    load = Load(RECIPIENTS, ahead=False)
    connections = [Connection(port) for _ in range(4)]
    sent = 0
    while sent < count:
        for connection in connections:
            connection.send(load)
            sent += RECIPIENTS
        for connection in connections:
            while connection.receive() is None:
                pass
    return sent


def waiting(folder: Path) -> int:
    with sqlite3.connect(f"file:{folder}/tolmach.sqlite?mode=ro", uri=True) as database:
        found: int = database.execute("SELECT count(*) FROM queue").fetchone()[0]
    database.close()
    return found


def median(runs: int, measure: Callable[[], Result]) -> Result:
    return sorted((measure() for _ in range(runs)), key=lambda result: result.rate)[runs // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="messages of each run")
    parser.add_argument("--window", type=int, default=50)
    parser.add_argument("--runs", type=int, default=3, help="the median of so many is told")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        uvloop.run(serve(options.serve))
    count, window = options.count, options.window
    console = Console(width=110)
    console.print(f"{described()}, window {window}, {count:,} messages")
    table = Table("what", "messages/s", "of bare", "CPU µs/message")
    with smsc() as port:
        ceiling = median(options.runs, lambda: uvloop.run(bare(port, count, window)))
        found = {
            "bare session": ceiling,
            "link": median(options.runs, lambda: uvloop.run(through_link(port, count, window))),
            "whole, HTTP to receipt": median(options.runs, lambda: whole(port, count, window)),
        }
    for name, result in found.items():
        table.add_row(name, f"{result.rate:,.0f}", f"{result.rate / ceiling.rate:.2f}", f"{result.cost:,.0f}")
    with smsc(0.2) as port:
        slowed = uvloop.run(through_link(port, count // 2, window, RATE))
    console.print(table)
    console.print(f"throttled: {slowed.rate:,.0f} messages/s, {slowed.rate / RATE:.0%} of the allowed {RATE:,.0f}")


if __name__ == "__main__":
    main()
