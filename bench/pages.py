"""How fast every page is once there is much to show: cabinet, desk and phones, in process, as somebody signed in.

    scripts/bench pages [--messages 1000000] [--database postgresql] [--repeat 20] [--only /desk/] [--keep FOLDER]
        [--beside 100]

A month of messages is generated (`bench.filler`), as many stand on the virtual phones. Every page is asked once
("first": nothing is remembered yet), then ``--repeat`` times more. Whole answers, without HTTP; of downloads the first
kilobyte; what dialects tell of a period, too. Slow is what takes more than 200 ms at the 95th percentile. Processor
time is what can be compared on a machine that other work shares: of this process, and of PostgreSQL's server.

A folder that is kept is filled once. ``--beside``: the gateway runs, and so many messages come in every second while
the pages are asked; told is what accepting them took without and with the pages. A kept folder keeps them, too.
"""

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import filler
from bench.addresses import Known, left_out
from bench.beside import Flow
from bench.machine import described
from bench.questions import Question, questions
from bench.stage import DURABLE, server_seconds
from tests.databases import ADDRESS, kept, place_of, server
from tests.gateway import install, settings
from tolmach.app import Gateway, build
from tolmach.store import migrate
from tolmach.store.database import Database
from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer
from tolmach.workers.days import DaysWorker
from tolmach.workers.hours import HoursWorker

SLOW = 200.0
PATIENCE = 10.0  # seconds for one page; a page that is slow is asked less often


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page took, in milliseconds: elapsed, and processor time of this process and of PostgreSQL's server."""

    title: str
    status: int
    size: int
    first: float
    cpu: float
    cpu95: float
    server: float
    p50: float
    p95: float


def fill_phones(folder: Path, count: int, now: datetime) -> None:
    """Put as many messages on the phones: every phone has ten."""
    start = int((now - timedelta(days=filler.DAYS)).timestamp() * 1e6)
    step = int(filler.DAYS * 86_400e6 / count)
    with sqlite3.connect(settings(folder).sandbox_database) as connection:
        connection.execute(
            f"""with recursive r(i) as (select 1 union all select i + 1 from r where i < {count})
            insert into message (id, phone, sender, channel, text, button_text, button_url, image_url, parts, encoding,
              outcome, at, leg) select i, 79000000000 + i % {count // 10 or 1} * 7919, 'Tolmach', 'sms',
              'Your order no. ' || i || ' is ready, come and get it', '', '', '', 1, 'gsm7', 'delivered',
              {start} + i * {step}, i * 10 + 1 from r"""
        )
        connection.execute("update numbering set next_id = ?", (count + 1,))


@contextmanager
def filled(kind: str, messages: int, folder: Path | None, console: Console) -> Iterator[Gateway]:
    """Make an installation with as many messages, or take the one that was kept."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = (folder or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        if kind == "sqlite":
            yield from _gateway(folder, messages, console)
            return
        with kept(folder / "postgresql", DURABLE) if folder != Path(temporary) else server(DURABLE) as databases:
            if not (folder / ADDRESS).exists():
                databases.new(folder)
            yield from _gateway(folder, messages, console)


def _gateway(folder: Path, messages: int, console: Console) -> Iterator[Gateway]:
    place, now, done = place_of(folder), datetime.now(UTC), folder / "filled"
    fresh = not done.exists()
    if fresh:
        start = time.perf_counter()
        install(place, now)
        database = Database(place)
        filler.fill(database, messages, now)
        rows = ", ".join(f"{name} {number:,}" for name, number in database.read_now(lambda tx: list(filler.sizes(tx))))
        database.close()
        console.print(f"filled in {time.perf_counter() - start:.0f} s: {rows}")
    else:
        migrate.upgrade(place)  # it may have been kept by an earlier version
    gateway = build(settings(folder))
    try:
        if fresh:
            fill_phones(folder, messages, now)
            done.touch()
        yield gateway
    finally:
        gateway.database.close()
        assert gateway.phones is not None
        gateway.phones.close()


class Watch:
    """Tells what a question took."""

    def __init__(self, place: Place) -> None:
        self._place = place if isinstance(place, PostgresqlServer) else None

    async def take(self, question: Question, repeat: int) -> Taken:
        """Ask again and again."""
        status, size, first, _ = await self._once(question)
        count, before = max(3, min(repeat, int(PATIENCE * 1e3 / first))), self._of_server()
        taken = [(await self._once(question))[2:] for _ in range(count)]
        server = 1e3 * (self._of_server() - before) / count
        elapsed, cpu = ([one[place] for one in taken] for place in (0, 1))
        p50, used = statistics.median(elapsed), statistics.median(cpu)
        return Taken(question.title, status, size, first, used, _most(cpu), server, p50, _most(elapsed))

    async def _once(self, question: Question) -> tuple[int, int, float, float]:
        start, used = time.perf_counter(), time.process_time()
        status, size = await question.ask()
        return status, size, 1e3 * (time.perf_counter() - start), 1e3 * (time.process_time() - used)

    def _of_server(self) -> float:
        return server_seconds(self._place.url) if self._place else 0.0


def _most(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[18]


async def count(gateway: Gateway, console: Console) -> None:
    """Count hours and close days, as a gateway does beside its work."""
    start = time.perf_counter()
    hours = await HoursWorker(gateway.database, gateway.clock, rest=0).turn()
    between = time.perf_counter()
    days = await DaysWorker(gateway.database, gateway.clock).turn()
    took = f"{between - start:.1f} and {time.perf_counter() - between:.1f} s"
    console.print(f"{hours} hours counted and {days} days closed, as a gateway does beside its work, in {took}")


async def measure(gateway: Gateway, options: argparse.Namespace, console: Console) -> list[Taken]:
    """Ask everything."""
    await count(gateway, console)
    asked = await questions(gateway, Known(options.messages, datetime.now(UTC)))
    console.print(f"not asked: {', '.join(left_out(one.path for one in asked)) or 'none'}")
    watch = Watch(gateway.database.place)
    asked = [one for one in asked if one.path.startswith(options.only)]
    if not options.beside:
        return [await watch.take(one, options.repeat) for one in asked]
    async with Flow(gateway, options.beside) as flow:
        console.print(await flow.alone())
        found = [await watch.take(one, options.repeat) for one in asked]
        console.print(flow.meanwhile())
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--only", default="/", help="only pages whose address starts so")
    parser.add_argument("--keep", type=Path, help="a folder for the filled database, to measure again later")
    parser.add_argument("--beside", type=int, default=0, help="messages that come in every second meanwhile")
    options = parser.parse_args()
    console = Console(width=128)
    console.print(f"{described()}, {options.database}, {options.messages:,} messages")
    with filled(options.database, options.messages, options.keep, console) as gateway:
        found = asyncio.run(measure(gateway, options, console))
    table = Table("page", "status", "kB", "first", "CPU ms", "CPU p95", "server", "p50 ms", "p95 ms", "")
    for one in found:
        slow = "SLOW" if one.p95 > SLOW else ""
        times = (one.first, one.cpu, one.cpu95, one.server, one.p50, one.p95)
        table.add_row(one.title, str(one.status), f"{one.size / 1e3:,.0f}", *(f"{time:,.0f}" for time in times), slow)
    console.print(table)
    wrong = [one.title for one in found if one.status not in (200, 303)]
    if wrong:
        raise SystemExit(f"no page at {', '.join(wrong)}")
    console.print(f"{sum(one.p95 > SLOW for one in found)} of {len(found)} pages are slow")


if __name__ == "__main__":
    main()
