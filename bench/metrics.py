"""What a scrape of /metrics costs with many stored rows.

    scripts/bench metrics [--rows 1000000]

Fills a database with as many waiting messages, waiting callbacks and kept receipts, and tells the fastest and slowest
of some counts and of some whole scrapes.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from tolmach.api.metrics import FRESH, SHARE, Metrics
from tolmach.store import migrate, stock
from tolmach.store.database import Database, Tx
from tolmach.workers.clock import SystemClock
from tolmach.workers.links import Links
from tolmach.workers.tally import Tally

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) "
FILLINGS = (
    "INSERT INTO queue (message_id, kind, due_at, step, expires_at, attempts, claimed_by, uncertain, lane, account_id) "
    f"{NUMBERS} SELECT 10 * i, i % 2, i, 1, i, 0, '', 0, i % 3, i % 100 FROM n",
    "INSERT INTO callbacks (account_id, message_id, status, changed_at, due_at, attempts, state, error) "
    f"{NUMBERS} SELECT i % 100, 10 * i, 'delivered', 1, i, 0, 'pending', '' FROM n",
    "INSERT INTO orphans (link, provider_id, status, at, received_at) "
    f"{NUMBERS} SELECT 'carrier', i, 'delivered', 1, 1 FROM n",
)


def fill(tx: Tx, rows: int) -> None:
    """Store ``rows`` of everything that is counted."""
    for filling in FILLINGS:
        tx.execute(text(filling), {"rows": rows})


async def scrapes(database: Database, times: int = 5) -> list[float]:
    """Return the seconds of whole scrapes, each with a count of its own."""
    metrics = Metrics(database, Links([], SystemClock()), Tally(), SystemClock())
    found = []
    for _ in range(times):
        start = time.perf_counter()
        await metrics._answer("")
        found.append(time.perf_counter() - start)
        assert metrics._taken is not None
        metrics._taken = metrics._taken[0] - SHARE * FRESH, metrics._taken[1]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "tolmach.sqlite"
        migrate.upgrade(path)
        database = Database(path)
        database.write_now(lambda tx: fill(tx, rows))
        counts = []
        for _ in range(5):
            start = time.perf_counter()
            database.read_now(lambda tx: stock.take(tx, rows // 2))
            counts.append(time.perf_counter() - start)
        whole = asyncio.run(scrapes(database))
        database.close()
    for name, found in (("counting", counts), ("whole scrape", whole)):
        print(f"{name} with {rows:,} rows of each table: {min(found) * 1000:.0f} to {max(found) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
