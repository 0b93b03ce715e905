"""On PostgreSQL, where one process hears another; a file has nobody else to tell."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import PostgresqlDatabases
from tests.gateway import until
from tests.workers.stage import working
from tolmach.store.database import Database
from tolmach.store.place import CHANGED, Place
from tolmach.workers import wakeups
from tolmach.workers.wakeups import Wakeups


@pytest.fixture
def place(server: PostgresqlDatabases, tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "server"
    folder.mkdir()
    yield server.new(folder)
    server.sweep()


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    opened = Database(place)
    yield opened
    opened.close()


async def test_what_one_tells_rings_in_the_others_only(database: Database) -> None:
    heard: list[str] = []
    one, two = Wakeups(database, "one"), Wakeups(database, "two")
    one.connect({"told": lambda: heard.append("one")})
    two.connect({"told": lambda: heard.append("two"), wakeups.LEASES: lambda: heard.append("leases")})
    async with working(one.run()), working(two.run()):
        await until(lambda: _all(one.hears, two.hears))
        heard.clear()  # who begins to listen may have missed something
        for _ in range(100):
            one.tell("told")
        await until(lambda: _all(heard))
        assert heard == ["two"]
        one.tell(CHANGED)
        await until(lambda: _all(len(heard) == 2))
        assert heard == ["two", "two"]


async def test_nobody_is_told_while_there_is_nobody(database: Database) -> None:
    one = Wakeups(database, "one")
    one.alone = lambda: True
    async with working(one.run()):
        await until(lambda: _all(one.hears))
        one.tell("told")
        await until(lambda: _all(not one._topics))
    assert not await database.read(lambda tx: tx.exec_driver_sql("SELECT pg_notification_queue_usage()").scalar_one())


async def test_a_connection_that_is_lost_is_made_anew(database: Database) -> None:
    rung = asyncio.Event()
    one = Wakeups(database, "one")
    one.connect({"told": rung.set})
    async with working(one.run()):
        await until(lambda: _all(one.hears))
        assert one.pause == wakeups.SELDOM_SECONDS
        rung.clear()
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'"
        await database.write(lambda tx: tx.exec_driver_sql(end).close())
        await until(lambda: _all(rung.is_set()))  # it looks, since it may have missed something


async def _all(*found: object) -> bool:
    return all(found)
