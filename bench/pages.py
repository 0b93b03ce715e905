"""How fast every page is once there is much to show: cabinet, desk and phones, in process, as somebody signed in.

    scripts/bench pages [--messages 1000000] [--database postgresql] [--repeat 20] [--only /desk/] [--keep FOLDER]

A month of messages is generated (`bench.filler`), as many stand on the virtual phones. Every page is asked once
("first": nothing is remembered yet), then ``--repeat`` times more. Whole answers, without HTTP; files to download are
left out. Slow is what takes more than 200 ms at the 95th percentile; processor time (without that of a server of
PostgreSQL) is what can be compared on a machine that other work shares. A folder that is kept is filled once (SQLite).
"""

import argparse
import asyncio
import os
import platform
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
from bench.stage import DURABLE
from tests.databases import ADDRESS, place_of, server
from tests.gateway import Inside, install, settings
from tests.web.browser import Browser
from tolmach.app import Gateway, build
from tolmach.services import demo
from tolmach.store.database import Database
from tolmach.store.postgresql import PostgresqlServer
from tolmach.web.door import PAGES
from tolmach.workers.hours import HoursWorker

SLOW = 200.0
PATIENCE = 10.0  # seconds for one page; a page that is slow is asked less often
FILES = (".csv", ".xlsx", "/csv")
NEEDS_MORE = frozenset(
    {
        "/cabinet/imports/{id}",
        "/cabinet/inbox/{id}",
        "/cabinet/invoices/{id}",
        "/cabinet/users/{id}",
        "/desk/moderation/files/{id}",
        "/desk/days/{day}",
        "/desk/added-links/{name}",
    }
    | {"/sign-in/code"}
)
"""Pages of one thing that the generated database does not have, or that fit no address here; ``MORE`` may name one."""

PHONE = "79000007919"
MORE = {
    "demo": (
        "/cabinet/messages?status=failed",
        "/cabinet/messages?recipient=7900",
        "/cabinet/messages?status=waiting",
        "/cabinet/bases/1?page=150",
        "/cabinet/inbox/1",
    ),
    "operator": (
        "/desk/traffic?window=hour",
        "/desk/ledger?kind=top-up",
        "/desk/ledger?login=client07",
        "/desk/ledger?login=client07&kind=release",
        "/desk/routes?number=79161234500",
        "/desk/accounts?search=client",
        "/desk/stops?prefix=790",
        "/desk/callbacks?login=client07",
        "/desk/numbering?number=79161234500",
        "/desk/changes?before=10000",
    ),
    "": (
        "/sandbox/",
        "/sandbox/api/phones",
        "/sandbox/api/phones?prefix=7900",
        f"/sandbox/api/phones/{PHONE}",
        f"/sandbox/api/phones/{PHONE}/replies",
        f"/sandbox/api/messages?phone={PHONE}",
        "/sandbox/api/messages",
        "/sandbox/api/messages?containing=ready",
        "/sandbox/api/messages?containing=no+such+words",
        "/sandbox/api/messages?containing=no+such+words&since=2026-01-01T00:00:00Z",
        "/sandbox/api/messages?sender=Nobody",
        "/sandbox/api/messages?outcome=expired",
        "/sandbox/api/messages/77",
        "/sandbox/api/messages/77/raw",
    ),
}
"""What is asked beside the plain pages, by whom."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page took, in milliseconds."""

    path: str
    status: int
    size: int
    first: float
    cpu: float
    p50: float
    p95: float


def paths(login: str, messages: int) -> Iterator[str]:
    """Yield what somebody asks: every page of theirs, with an id where one is needed."""
    known = {
        "/cabinet/messages/{id}": messages // 2 // 10 * 10 * 10,
        "/cabinet/campaigns/{id}": 1,
        "/cabinet/bases/{id}": 1,
        "/desk/accounts/{login}": demo.LOGIN,
        "/desk/tariffs/{name}": demo.TARIFF,
        "/desk/links/{name}": "sandbox",
    }
    for page in PAGES:
        cut = page.path.partition("{")[0]
        mine = page.path.startswith("/desk/") == (login == demo.OPERATOR)
        if page.posts or not mine or page.path in NEEDS_MORE or page.path.endswith(FILES):
            continue
        if "{" in page.path:
            name = page.path.removesuffix("/bar")
            yield f"{cut}{known[name]}{page.path.removeprefix(name)}"
        else:
            yield page.path
    yield from MORE[login]


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
def filled(kind: str, messages: int, kept: Path | None, console: Console) -> Iterator[Gateway]:
    """Make an installation with as many messages, or take the one that was kept."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = kept or Path(temporary)
        if kind == "sqlite":
            yield from _gateway(folder, messages, console)
            return
        with server(DURABLE) as databases:
            place = databases.new(folder)
            assert isinstance(place, PostgresqlServer)
            (folder / ADDRESS).write_text(place.url)
            yield from _gateway(folder, messages, console)


def _gateway(folder: Path, messages: int, console: Console) -> Iterator[Gateway]:
    folder.mkdir(parents=True, exist_ok=True)
    place, now = place_of(folder), datetime.now(UTC)
    fresh = not place.exists or isinstance(place, PostgresqlServer)
    if fresh:
        start = time.perf_counter()
        install(place, now)
        database = Database(place)
        filler.fill(database, messages, now)
        rows = ", ".join(f"{name} {number:,}" for name, number in database.read_now(lambda tx: list(filler.sizes(tx))))
        database.close()
        console.print(f"filled in {time.perf_counter() - start:.0f} s: {rows}")
    gateway = build(settings(folder))
    try:
        if fresh:
            fill_phones(folder, messages, now)
        yield gateway
    finally:
        gateway.database.close()
        assert gateway.phones is not None
        gateway.phones.close()


async def take(browser: Browser, path: str, repeat: int) -> Taken:
    """Ask a page again and again."""
    shown, first = await _asked(browser, path)
    count, start = max(3, min(repeat, int(PATIENCE * 1e3 / first))), time.process_time()
    taken = [(await _asked(browser, path))[1] for _ in range(count)]
    cpu = 1e3 * (time.process_time() - start) / count
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[18]
    return Taken(path, shown.status, len(shown.body), first, cpu, p50, p95)


async def _asked(browser: Browser, path: str):  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    shown = await browser.get(path)
    return shown, 1e3 * (time.perf_counter() - start)


async def measure(gateway: Gateway, messages: int, repeat: int, only: str) -> list[Taken]:
    """Ask everything as the people of the demonstration."""
    found = []
    for login in (demo.LOGIN, demo.OPERATOR, ""):
        browser = Browser(Inside(gateway))
        if login:
            await browser.sign_in(login)
        for path in paths(login, messages) if login else MORE[""]:
            if path.startswith(only):
                found.append(await take(browser, path, repeat))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--only", default="/", help="only pages whose address starts so")
    parser.add_argument("--keep", type=Path, help="a folder for the filled database, to measure again later")
    options = parser.parse_args()
    console = Console(width=118)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {options.database}"
    console.print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {options.messages:,} messages")
    with filled(options.database, options.messages, options.keep, console) as gateway:
        start = time.perf_counter()
        hours = asyncio.run(HoursWorker(gateway.database, gateway.clock, rest=0).turn())
        console.print(
            f"{hours} hours counted, as a gateway does beside its work, in {time.perf_counter() - start:.1f} s"
        )
        found = asyncio.run(measure(gateway, options.messages, options.repeat, options.only))
    table = Table("page", "status", "kB", "first", "CPU ms", "p50 ms", "p95 ms", "")
    for one in found:
        slow = "SLOW" if one.p95 > SLOW else ""
        shown = (f"{one.size / 1e3:,.0f}", f"{one.first:,.0f}", f"{one.cpu:,.1f}", f"{one.p50:,.1f}", f"{one.p95:,.1f}")
        table.add_row(one.path, str(one.status), *shown, slow)
    console.print(table)
    wrong = [one.path for one in found if one.status not in (200, 303)]
    if wrong:
        raise SystemExit(f"no page at {', '.join(wrong)}")
    console.print(f"{sum(one.p95 > SLOW for one in found)} of {len(found)} pages are slow")


if __name__ == "__main__":
    main()
