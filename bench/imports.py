"""A file of 100,000 subscribers, put up in the cabinet and taken in: CSV and XLSX.

    scripts/bench imports [--rows 100000] [--database postgresql]

In process, as somebody signed in; the worker is the gateway's. One record of a thousand has no number, and every
eighth comes a second time. Every commit is on the disk. Told is how long it took to put the file up, and until all is
stored, and the processor time of this process and of PostgreSQL's server.
"""

import argparse
import asyncio
import csv
import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook
from rich.console import Console
from rich.table import Table

from bench.bases import HEADER, rows
from bench.machine import described
from bench.stage import DURABLE, server_seconds
from tests.databases import server
from tests.gateway import Inside, install, settings
from tests.web.browser import Browser
from tolmach.app import Gateway, build
from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.sqlite import SqliteFile
from tolmach.workers.imports import ImportsWorker

COLUMNS = ("phone", "surname", "name", "patronymic", "born", "gender", "region", "addition_1")


def people(count: int) -> list[tuple[str, ...]]:
    """Return the records: one of a thousand has no number, every eighth is there again at the end."""
    found = [("12", *one[1:]) if place % 1000 == 999 else one for place, one in enumerate(rows(count * 8 // 9))]
    return found + found[::8][: count - len(found)]


def as_csv(records: list[tuple[str, ...]]) -> bytes:
    """Return a file of them."""
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *records])
    return out.getvalue().encode()


def as_workbook(records: list[tuple[str, ...]]) -> bytes:
    """Return a workbook of them."""
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for one in (HEADER, *records):
        sheet.append(one)
    book.save(out)
    return out.getvalue()


@contextmanager
def places(kind: str, folder: Path) -> Iterator[Place]:
    """Yield an empty database."""
    with server(DURABLE) if kind == "postgresql" else nullcontext() as databases:
        yield databases.new(folder) if databases else SqliteFile(folder / "tolmach.sqlite")


async def take_in(gateway: Gateway, name: str, content: bytes) -> tuple[float, float, float, float, str]:
    """Put a file up for a new base and take it in; return seconds for both, of processors, and what the page says."""
    browser, place = Browser(Inside(gateway)), gateway.database.place
    await browser.sign_in()
    await browser.get("/cabinet/bases")
    base = (await browser.post("/cabinet/bases", {"name": name})).location
    await browser.get(base)
    url = place.url if isinstance(place, PostgresqlServer) else ""
    start, used, of_server = time.perf_counter(), time.process_time(), server_seconds(url) if url else 0.0
    page = (await browser.upload(f"{base}/import", {}, {"file": (name, content)})).location
    put_up = time.perf_counter() - start
    await browser.get(page)
    columns = [(f"column-{number}", field) for number, field in enumerate(COLUMNS)]
    assert (await browser.post(page, columns)).status == 303
    assert await ImportsWorker(gateway.database, gateway.imports, gateway.clock).turn()
    took, cpu = time.perf_counter() - start, time.process_time() - used
    served = server_seconds(url) - of_server if url else 0.0
    return put_up, took, cpu, served, (await browser.get(page)).said("//main")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    console, records = Console(width=120), people(options.rows)
    console.print(f"{described()}, {options.database}, {options.rows:,} rows")
    table = Table("file", "MB", "put up, s", "taken in, s", "CPU s", "server CPU s", "rows/s")
    with tempfile.TemporaryDirectory() as temporary, places(options.database, Path(temporary)) as place:
        install(place, datetime.now(UTC))
        gateway = build(settings(Path(temporary)))
        for name, content in (("people.csv", as_csv(records)), ("people.xlsx", as_workbook(records))):
            put_up, took, cpu, served, said = asyncio.run(take_in(gateway, name, content))
            told = (len(content) / 1e6, put_up, took, cpu, served)
            table.add_row(name, *(f"{one:,.1f}" for one in told), f"{options.rows / took:,.0f}")
            console.print(f"{name}: {took:.1f} s, {cpu:.1f} s of processor time; {said[:120]}")
        gateway.database.close()
        if gateway.phones is not None:
            gateway.phones.close()
    console.print(table)


if __name__ == "__main__":
    main()
