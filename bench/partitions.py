"""What partitions cost and save on PostgreSQL: one run, on a server of its own that flushes to the disk.

    scripts/bench partitions [--stored 1000000] [--turns 100]

The same stored messages as whole tables, and in 4 and in 20 partitions; batches of each step of a message's life are
timed by turns. Then one partition leaves while messages go on, and the same number is deleted row by row. Last, a
server of the version before partitions is migrated.
"""

import argparse
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from tests.databases import PostgresqlDatabases, server
from tests.store.rows import account, leg, message, part
from tests.store.test_migrate import to_revision
from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store import (
    accounts,
    callbacks,
    counters,
    leaving,
    legs,
    messages,
    migrate,
    moving,
    partitions,
    parts,
    queue,
    retention,
)
from tolmach.store.callbacks import Callback
from tolmach.store.database import Database, Tx
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.queue import Entry, Kind, Lease
from tolmach.store.schema import PARTITIONED
from tolmach.workers.retention import PAUSE_SECONDS

BATCH = 200
ON_DISK = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "512MB"}
FILL = """
    INSERT INTO messages (id, account_id, dialect, client_key, recipient, label, plan, charge_on, accepted_at, due_at)
        SELECT n * 10, {owner}, 'prontosms', '', 79030000000 + n % 9999999, 'a label', repeat('x', 250), 'sent', n, n
        FROM generate_series({first}::bigint, {last}) AS n;
    INSERT INTO legs (message_id, step, account_id, status, reason, link, charged, claimed_at, submitted_at,
            delivered_at, changed_at, uncertain)
        SELECT n * 10, 1, {owner}, 'delivered', '', 'a link', 100, n, n, n, n, false
        FROM generate_series({first}::bigint, {last}) AS n;
    INSERT INTO parts (link, provider_id, message_id, step, number, status, changed_at{more})
        SELECT 'a link', md5(n::text), n * 10, 1, 1, 'delivered', n{owned}
        FROM generate_series({first}::bigint, {last}) AS n;
    INSERT INTO callbacks (account_id, message_id, status, changed_at, due_at, attempts, state, done_at, error)
        SELECT {owner}, n * 10, 'delivered', n, n, 1, 'acknowledged', n, ''
        FROM generate_series({first}::bigint, {last}) AS n"""


class Side:
    """A database that is filled in one way, and the times that its steps took (milliseconds per batch)."""

    def __init__(self, name: str, database: Database, stored: int) -> None:
        self.name, self.database, self.next = name, database, stored + 1
        self.times: dict[str, list[float]] = {}

    def step(self, name: str, work: Callable[[Tx], object]) -> None:
        begun = time.perf_counter()
        self.database.write_now(work)
        self.times.setdefault(name, []).append((time.perf_counter() - begun) * 1000)

    def turn(self) -> None:
        numbers = [number * 10 for number in range(self.next, self.next + BATCH)]
        self.next += BATCH
        owner, now = AccountId(1), self.next
        ids = [f"p{number}" for number in numbers]

        def take(tx: Tx) -> None:
            counters.put(tx, counters.MESSAGES, self.next)
            messages.add(tx, [message(number, 1, accepted_at=now, due_at=now) for number in numbers])
            queue.add(tx, [Entry(number, Kind.SUBMIT, now, 1, now * 2, account=1) for number in numbers])

        def settle(tx: Tx) -> None:
            legs.add(tx, [leg(number, 1, account=owner) for number in numbers])
            told = zip(ids, numbers, strict=True)
            parts.add(tx, [part(id_, number, step=1)._replace(account=owner) for id_, number in told])

        def receive(tx: Tx) -> None:
            known = parts.by_provider_id(tx, "a link", ids)
            assert len(known) == BATCH
            found = legs.locked(tx, numbers)
            legs.save(tx, [one._replace(status=Status.DELIVERED) for several in found.values() for one in several])
            parts.save(tx, [one._replace(status=Status.DELIVERED) for one in known.values()])
            callbacks.add(tx, [Callback(owner, number, Status.DELIVERED, now, now) for number in numbers])
            queue.remove(tx, numbers)

        def tell(tx: Tx) -> None:
            assert callbacks.accounts_due(tx, now) == [owner]
            taken = callbacks.claim(tx, owner, now, now * 2, BATCH)
            assert len(taken) == BATCH
            callbacks.settle(tx, [_told(one, now) for one in taken])

        def claim(tx: Tx) -> None:
            taken = queue.claim(tx, Kind.SUBMIT, Lease("bench", now, now * 2), BATCH)
            assert len(messages.by_ids(tx, [one.message for one in taken])) == BATCH

        self.step("take in", take)
        self.step("claim", claim)
        self.step("settle", settle)
        self.step("receipts", receive)
        self.step("callbacks", tell)
        self.step("unknown ids", lambda tx: parts.by_provider_id(tx, "a link", [f"u{id_}" for id_ in ids]))


def _told(one: Callback, now: int) -> Callback:
    return Callback(
        one.account, one.message, one.status, one.changed_at, now, 1, callbacks.ACKNOWLEDGED, now, id=one.id
    )


def filled(place: PostgresqlServer, stored: int, size: int) -> None:
    """Fill a database with partitions of so many messages; 0: with whole tables."""
    migrate.upgrade(place)
    database = Database(place)
    owner = database.write_now(lambda tx: accounts.add(tx, account()))
    assert owner == 1
    with place.connect() as connection:
        for table in PARTITIONED:
            for name in reversed([p.name for p in database.read_now(partitions.found) if p.table == table]):
                if size or name != f"{table}_p0":
                    connection.execute(f"DROP TABLE {name}")
        if size:
            database.write_now(lambda tx: partitions.make_until(tx, (stored * 2) * 10, size))
        else:
            whole(connection)
        for first in range(1, stored + 1, 100_000):
            last = min(first + 99_999, stored)
            for statement in FILL.format(owner=1, first=first, last=last, more=", account_id", owned=", 1").split(";"):
                connection.execute(statement)
        connection.execute("VACUUM ANALYZE")
    database.write_now(lambda tx: counters.put(tx, counters.MESSAGES, stored))
    database.close()


def whole(connection: object) -> None:
    """Put the only partition of each table in the table's place, as it was before."""
    run = connection.execute  # type: ignore[attr-defined]
    run("ALTER SEQUENCE callbacks_id_seq OWNED BY NONE")
    for table in PARTITIONED:
        run(f"ALTER TABLE {table} DETACH PARTITION {table}_p0")
        run(f"DROP TABLE {table}")
        run(f"ALTER TABLE {table}_p0 RENAME TO {table}")


def compare(databases: PostgresqlDatabases, stored: int, turns: int) -> None:
    sides = []
    for name, size in (("whole tables", 0), ("4 partitions", stored // 4), ("20 partitions", stored // 20)):
        with new(databases) as place:
            begun = time.perf_counter()
            filled(place, stored, size)
            print(f"{name}: {stored} messages stored in {time.perf_counter() - begun:.0f} s", flush=True)
            sides.append(Side(name, Database(place), stored))
    for _ in range(turns):
        for side in sides:
            side.turn()
    print("\nmilliseconds per batch of 200, median (90th of 100):")
    for step in sides[0].times:
        print(f"  {step:12}", end="")
        for side in sides:
            times = sorted(side.times[step][5:])
            print(f"  {side.name}: {statistics.median(times):6.2f} ({times[int(len(times) * 0.9)]:6.2f})", end="")
        print(flush=True)
    for side in sides:
        if side.name != "4 partitions":
            go(side, stored // 20)
        side.database.close()


def go(side: Side, count: int) -> None:
    """Have the oldest messages leave while others are taken in, and print what that did to these."""
    quiet, busy, stop = list[float](), list[float](), threading.Event()

    def intake(times: list[float]) -> None:
        numbers = [number * 10 for number in range(side.next, side.next + 20)]
        side.next += 20
        begun = time.perf_counter()
        side.database.write_now(lambda tx: messages.add(tx, [message(number, 1) for number in numbers]))
        times.append((time.perf_counter() - begun) * 1000)

    def flow() -> None:
        while not stop.is_set():
            intake(busy)

    for _ in range(500):
        intake(quiet)
    working = threading.Thread(target=flow)
    working.start()
    begun = time.perf_counter()
    if side.name != "20 partitions":
        piece = side.database.read_now(lambda tx: retention.final(tx, AccountId(1), 0, count * 10 + 1, 200))
        while piece:
            side.database.write_now(lambda tx, piece=piece: retention.forget(tx, piece))  # type: ignore[misc]
            time.sleep(PAUSE_SECONDS)  # as the worker does
            behind = piece[-1].id
            piece = side.database.read_now(
                lambda tx, behind=behind: retention.final(tx, AccountId(1), behind, count * 10 + 1, 200)  # type: ignore[misc]
            )
    else:
        span = side.database.read_now(partitions.spans)[0]
        for piece_ in side.database.read_now(lambda tx: leaving.pieces(tx, span)):
            side.database.write_now(lambda tx, piece=piece_: leaving.forget_around(tx, piece))  # type: ignore[misc]
        dropping = time.perf_counter()
        side.database.write_now(lambda tx: leaving.mark(tx, span))
        assert isinstance(side.database.place, PostgresqlServer)
        assert len(leaving.go(side.database.place)) == 4
        print(f"  detached and dropped in {(time.perf_counter() - dropping) * 1000:.0f} ms")
    took = time.perf_counter() - begun
    stop.set()
    working.join()
    print(
        f"{side.name}: {count} messages left in {took:.2f} s; intake of 20: {tail(quiet)} before,"
        f" {tail(busy)} meanwhile"
    )


def in_a_file(stored: int) -> None:
    """Delete row by row from a file, with its one writer, while others are taken in."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tolmach.sqlite"
        migrate.upgrade(path)
        database = Database(path)
        for first in range(1, stored + 1, 5_000):
            numbers = [number * 10 for number in range(first, first + 5_000)]

            def fill(tx: Tx, numbers: list[int] = numbers) -> None:
                messages.add(tx, [message(number, 1) for number in numbers])
                legs.add(tx, [leg(number, 1, account=AccountId(1)) for number in numbers])
                parts.add(tx, [part(f"p{number}", number, step=1) for number in numbers])
                callbacks.add(tx, [Callback(AccountId(1), number, Status.SENT, 1, 1) for number in numbers])

            database.write_now(fill)
        side = Side("a file", database, stored)
        go(side, stored // 20)
        database.close()


def tail(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered):.1f} p99 {ordered[int(len(ordered) * 0.99)]:.1f} max {ordered[-1]:.1f} ms"


def upgrade(databases: PostgresqlDatabases, stored: int) -> None:
    """Migrate a server of the version before, while somebody writes as that version did."""
    with new(databases) as place:
        database = Database(place)
        database.write_now(lambda tx: command.upgrade(to_revision(tx), "0017"))
        database.write_now(lambda tx: accounts.add(tx, account()))
        with place.connect() as connection:
            for first in range(1, stored + 1, 100_000):
                last = min(first + 99_999, stored)
                for statement in FILL.format(owner=1, first=first, last=last, more="", owned="").split(";"):
                    connection.execute(statement)
        database.write_now(lambda tx: counters.put(tx, counters.MESSAGES, stored))
        times, stop, failed = list[float](), threading.Event(), list[str]()
        swap = stored * 2

        def old() -> None:
            number = stored
            with place.connect() as connection:
                while not stop.is_set():
                    number += 1
                    begun = time.perf_counter()
                    try:
                        for statement in FILL.format(owner=1, first=number, last=number, more="", owned="").split(";"):
                            connection.execute(statement)
                    except Exception as error:
                        failed.append(str(error))
                    times.append((time.perf_counter() - begun) * 1000)
                    assert number < swap

        working = threading.Thread(target=old)
        working.start()
        begun = time.perf_counter()
        migrate.upgrade(place)
        took = time.perf_counter() - begun
        stop.set()
        working.join()
        print(
            f"\n{stored} messages migrated in {took:.1f} s; one message written meanwhile: {tail(times)},"
            f" {len(failed)} failed"
        )
        rows = database.read_now(lambda tx: moving.rows(tx)["messages"])
        print(f"  rows now: {rows}; {database.read_now(partitions.spans)[:2]}")
        database.close()


@contextmanager
def new(databases: PostgresqlDatabases) -> Iterator[PostgresqlServer]:
    with TemporaryDirectory() as data:
        place = databases.new(Path(data), lasting=True)
        assert isinstance(place, PostgresqlServer)
        yield place


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=100)
    given = parser.parse_args()
    with server(ON_DISK) as databases:
        compare(databases, given.stored, given.turns)
        upgrade(databases, given.stored)
    in_a_file(given.stored)


if __name__ == "__main__":
    main()
