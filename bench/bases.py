"""A large address base: import, pages, edits and the look for birthdays, each beside the raw ceiling of plain SQL.

    scripts/bench bases [--subscribers 1000000] [--repeat 200]

The import is `tolmach base import` in a process of its own. Pages are whole answers of list_phones.php, without HTTP.
"""

import argparse
import csv
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.machine import described
from tolmach.core.accounts import Login
from tolmach.core.bases import PAGE, pages
from tolmach.core.commands import ListSubscribers, PutSubscriber, SubscriberEdits
from tolmach.core.timezones import to_wall
from tolmach.dialects.contract import Call
from tolmach.dialects.prontosms.list_phones import ListOfPhones
from tolmach.services import bases, demo, greetings, subscribers
from tolmach.services.catalogue import Catalogue
from tolmach.services.context import Context
from tolmach.services.delivery import Delivery
from tolmach.store import bases as stored_bases
from tolmach.store import migrate
from tolmach.store.database import Database, Tx

TOLMACH = Path(sys.executable).with_name("tolmach")
HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$Xm0"
NAMES = ("Иван", "Анна", "Пётр", "Мария", "Константин", "Екатерина", "Ольга", "Сергей")
REGIONS = ("", "", "", "Новосибирская область", "Камчатский край", "Москва")
HEADER = ("phone", "surname", "name", "patronymic", "date_birth", "gender", "region", "addition_1")
PIECE = 2_000
RAW = """
create table subscribers (base_id bigint, place int, phone text, region text, operator text, name text, surname text,
  patronymic text, born text, birthday int, gender text, addition_1 text, addition_2 text, addition_3 text,
  addition_4 text, addition_5 text, changed_at bigint, primary key (base_id, place), unique (base_id, phone))
  without rowid;
create index changed on subscribers (base_id, changed_at);
create index birthday on subscribers (base_id, birthday, phone) where birthday is not null;
"""


@dataclass
class Stage:
    """An installation with one base."""

    folder: Path
    database: Database
    catalogue: Catalogue
    now: datetime

    def context(self, tx: Tx) -> Context:
        snapshot = self.catalogue.at(tx)
        account = snapshot.account(tx, bases.of_login(tx, demo.LOGIN)[0].account)
        assert account is not None
        return Context(tx, snapshot, account, self.now, Delivery(self.catalogue, timedelta(hours=1)))


def rows(count: int) -> list[tuple[str, ...]]:
    """Return subscribers, nine of ten with a birthday."""
    chance = random.Random(1)
    found: list[tuple[str, ...]] = []
    for number in range(count):
        day = date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
        born = f"{day:%Y-%m-%d}" if number % 10 else ""
        name = NAMES[number % len(NAMES)]
        region = REGIONS[number % len(REGIONS)]
        phone = str(79_000_000_000 + (number * 7_919) % 1_000_000_000)
        found.append((phone, "Иванов", name, "Сергеевич", born, "m", region, f"card {number}"))
    return found


def raw_import(folder: Path, people: list[tuple[str, ...]]) -> float:
    """Store the same rows by plain SQL, already parsed, in pieces as large as the import's; return seconds."""
    connection = sqlite3.connect(folder / "raw.sqlite", isolation_level=None)
    for pragma in ("journal_mode=wal", "synchronous=full", "cache_size=-65536", "wal_autocheckpoint=4000"):
        connection.execute(f"pragma {pragma}")
    connection.executescript(RAW)
    values = [
        (1, place, p[0], p[6], "", p[2], p[1], p[3], p[4], _birthday(p[4]), p[5], p[7], "", "", "", "", 1)
        for place, p in enumerate(people)
    ]
    start = time.perf_counter()
    for first in range(0, len(values), PIECE):
        connection.execute("begin immediate")
        connection.executemany(f"insert into subscribers values ({','.join('?' * 17)})", values[first : first + PIECE])
        connection.execute("commit")
    took = time.perf_counter() - start
    connection.close()
    return took


def _birthday(born: str) -> int | None:
    return int(born[5:7]) * 100 + int(born[8:10]) if born else None


def imported(folder: Path, people: list[tuple[str, ...]]) -> tuple[float, float]:
    """Import a file by the command line; return seconds and the most megabytes it held."""
    file = folder / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *people])
    start = time.perf_counter()
    command = [str(TOLMACH), "base", "import", demo.LOGIN, "Large", str(file), "--data", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory = 0.0
    while process.poll() is None:
        memory = max(memory, _resident(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"the import ended with {process.returncode}")
    return time.perf_counter() - start, memory


def _resident(pid: int) -> float:
    """Return the most megabytes that a process has held so far."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def timed(work: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        taken.append(1e3 * (time.perf_counter() - start))
    return statistics.median(taken), statistics.quantiles(taken, n=20)[18] if len(taken) > 1 else taken[0]


def answer(stage: Stage, page: int, since: datetime | None = None) -> bytes:
    """Return the whole answer to a request for a page."""
    command = ListSubscribers("1", page, since)
    result = stage.database.read_now(lambda tx: subscribers.list_subscribers(stage.context(tx), command))
    return ListOfPhones().render(Call(Login("", ""), command), result).body


def raw_page(connection: sqlite3.Connection, page: int, *, by_offset: bool) -> list[object]:
    """Return the rows of a page by plain SQL: by place, or by the OFFSET that places spare."""
    if by_offset:
        sql = "select * from subscribers where base_id = 1 order by phone limit 1000 offset ?"
        return connection.execute(sql, ((page - 1) * PAGE,)).fetchall()
    sql = "select * from subscribers where base_id = 1 and place >= ? and place < ? order by place"
    return connection.execute(sql, ((page - 1) * PAGE, page * PAGE)).fetchall()


def edits(stage: Stage, people: list[tuple[str, ...]], count: int, mark: str) -> None:
    """Change subscribers in one document."""
    chosen = random.Random(mark).sample(people, min(count, len(people)))
    document = SubscriberEdits("1", [PutSubscriber(person[0], {"addition_2": mark}) for person in chosen])
    stage.database.write_now(lambda tx: subscribers.edit(tx, bases.of_login(tx, demo.LOGIN)[0], document, 2))


def look(stage: Stage, now: datetime) -> int:
    """Look for birthdays; return how many are due in the first base that has any."""

    def run(tx: Tx) -> int:
        plan = stage.catalogue.at(tx).numbering(tx)
        return sum(1 for base in stored_bases.greeting(tx) for _ in greetings.due(tx, plan, base, now))

    return stage.database.read_now(run)


def measure(stage: Stage, people: list[tuple[str, ...]], repeat: int, table: Table) -> None:
    """Fill the table below the import."""
    raw = sqlite3.connect(stage.folder / "raw.sqlite")
    raw.execute("pragma cache_size=-65536")
    last = pages(len(people))
    for name, page in (("first", 1), ("middle", max(1, last // 2)), ("last", last)):
        took = timed(partial(answer, stage, page), repeat)
        row(table, f"page {page} ({name})", took, timed(partial(raw_page, raw, page, by_offset=False), repeat))
        offset = timed(partial(raw_page, raw, page, by_offset=True), max(2, repeat // 10))
        table.add_row("    OFFSET over phones, raw", "", "", f"{offset[0]:.2f}", "")
    anywhere = random.Random(2)
    row(table, "any page", timed(lambda: answer(stage, anywhere.randint(1, last)), repeat))
    edits(stage, people, 5_000, "touched")
    since = to_wall(stage.now - timedelta(days=365), "Europe/Moscow").replace(tzinfo=None)
    for page in (1, last):
        row(table, f"page {page} since a moment", timed(partial(answer, stage, page, since), repeat // 10 + 2))
    marks = iter(range(1_000_000))
    row(table, "5,000 edits in one document", timed(lambda: edits(stage, people, 5_000, f"m{next(marks)}"), 10))
    for name, local in (("Moscow time", False), ("local time", True)):
        base = stage.database.read_now(lambda tx: bases.of_login(tx, demo.LOGIN)[0])
        changed = base.changed({"on": True, "local_time": local, "text": "Hi"})
        stage.database.write_now(partial(stored_bases.change, base=changed))
        moment = datetime(2026, 8, 21, 7, 0, tzinfo=UTC)
        count = look(stage, moment)
        took = timed(partial(look, stage, moment), max(2, repeat // 10))
        bare = timed(partial(raw_look, raw), max(2, repeat // 10))
        row(table, f"look for birthdays, {name}, {count:,} due", took, bare)
    raw.close()


_LOOK = "select phone, region from subscribers indexed by birthday where base_id = 1 and birthday = 821"


def raw_look(connection: sqlite3.Connection) -> list[object]:
    """Return who has a birthday by plain SQL."""
    return connection.execute(_LOOK).fetchall()


def row(table: Table, name: str, took: tuple[float, float], bare: tuple[float, float] | None = None) -> None:
    shown = ("", "") if bare is None else (f"{bare[0]:.2f}", f"{took[0] / bare[0]:.1f}")
    table.add_row(name, f"{took[0]:.2f}", f"{took[1]:.2f}", *shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=200, help="how often each page is asked for")
    options = parser.parse_args()
    console = Console(width=110)
    console.print(f"{described()}, {options.subscribers:,} subscribers")
    with tempfile.TemporaryDirectory() as name:
        folder, now = Path(name), datetime.now(UTC)
        migrate.upgrade(folder / "tolmach.sqlite")
        database = Database(folder / "tolmach.sqlite")
        try:
            database.write_now(lambda tx: demo.seed(tx, HASH, now))
            database.write_now(lambda tx: bases.add(tx, demo.LOGIN, "Large", {}, now))
            people = rows(options.subscribers)
            took, memory = imported(folder, people)
            bare = raw_import(folder, people)
            console.print(
                f"import: {took:.1f} s, {len(people) / took:,.0f}/s, {memory:.0f} MB; again, nothing new:", end=""
            )
            console.print(f" {imported(folder, people)[0]:.1f} s")
            console.print(f"raw: {bare:.1f} s, {len(people) / bare:,.0f}/s; of raw: {bare / took:.0%}")
            size = (folder / "tolmach.sqlite").stat().st_size / 2**20
            console.print(f"file: {size:,.0f} MB, {size * 2**20 / len(people):.0f} octets a subscriber")
            table = Table("what", "p50 ms", "p95 ms", "raw p50 ms", "times raw")
            measure(Stage(folder, database, Catalogue(), now), people, options.repeat, table)
            console.print(table)
        finally:
            database.close()


if __name__ == "__main__":
    main()
