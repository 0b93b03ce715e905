"""PostgreSQL behind PgBouncer, which gives each transaction another session (``pool_mode = transaction``)."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from tests.databases import PostgresqlDatabases
from tests.pooler import PROGRAM, Pooler, pooler
from tests.store.test_database import put
from tolmach.core.errors import StoreUnavailableError
from tolmach.store import counters, migrate
from tolmach.store.database import READERS, Database, Tx
from tolmach.store.postgresql import WRITERS, PostgresqlServer

SIZE = WRITERS + 1

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed")


@pytest.fixture(scope="module")
def template(server: PostgresqlDatabases, tmp_path_factory: pytest.TempPathFactory) -> PostgresqlServer:
    place = server.new(tmp_path_factory.mktemp("pooler"), lasting=True)
    migrate.upgrade(place)
    assert isinstance(place, PostgresqlServer)
    return place


@pytest.fixture(scope="module")
def between(template: PostgresqlServer) -> Iterator[Pooler]:
    with pooler(template.url, "transaction", SIZE) as made:
        yield made


@pytest.fixture
def place(
    server: PostgresqlDatabases, template: PostgresqlServer, between: Pooler, tmp_path: Path
) -> Iterator[PostgresqlServer]:
    made = server.copy(template, tmp_path)
    assert isinstance(made, PostgresqlServer)
    yield replace(made, pooler=between.url(made.url))
    server.sweep()


@pytest.fixture
def database(place: PostgresqlServer) -> Iterator[Database]:
    opened = Database(place)
    yield opened
    opened.close()


def shown(*names: str) -> Callable[[Tx], list[str]]:
    return lambda tx: [str(tx.execute(text(f"SHOW {name}")).scalar_one()) for name in names]


NAMES = ("lock_timeout", "idle_in_transaction_session_timeout", "jit", "timezone", "enable_seqscan")


def test_every_transaction_has_the_settings_of_its_kind_and_leaves_none(
    database: Database, place: PostgresqlServer
) -> None:
    more = ("transaction_isolation", "transaction_read_only")
    common = ["30s", "30s", "off", "UTC"]
    for _ in range(3):  # whoever had the session before
        assert database.read_now(shown(*NAMES, *more)) == [*common, "on", "repeatable read", "on"]
        assert database.write_now(shown(*NAMES, *more)) == [*common, "off", "read committed", "off"]
    assert place.pooler is not None
    with psycopg.connect(place.pooler, autocommit=True) as other, place.connect() as direct:
        for name in ("lock_timeout", "jit", "enable_seqscan"):
            direct.execute(f"RESET {name}")
            assert other.execute(f"SHOW {name}").fetchone() == direct.execute(f"SHOW {name}").fetchone()


async def test_a_statement_that_is_run_often_is_known_to_every_session(database: Database) -> None:
    """Sessions change under who asks: nothing may be prepared in one of them that the next one is asked for."""
    database.write_now(put("a"))
    reads = [database.read(lambda tx: counters.value(tx, "a")) for _ in range(60)]
    writes = [database.write(lambda tx: counters.reserve(tx, "ids", 1)) for _ in range(60)]
    found, given = await asyncio.gather(asyncio.gather(*reads), asyncio.gather(*writes))
    assert set(found) == {1}
    assert sorted(given) == list(range(1, 61))


async def test_all_who_write_and_take_numbers_apart_need_one_session_more(database: Database) -> None:
    """Each has its transaction open while it takes numbers in another: docs/operations/postgresql.md has the sum."""
    barrier = asyncio.Barrier(WRITERS)
    loop = asyncio.get_running_loop()

    def nested(tx: Tx) -> int:
        counters.value(tx, "a")  # now the session is its own until it commits
        asyncio.run_coroutine_threadsafe(barrier.wait(), loop).result()
        return counters.reserve(tx, "ids", 10)

    given = await asyncio.gather(*[database.write(nested) for _ in range(WRITERS)])
    assert sorted(given) == [10 * number + 1 for number in range(WRITERS)]


async def test_notices_come_by_the_server_itself(database: Database, place: PostgresqlServer) -> None:
    async with place.hear() as notices:
        await database.write(lambda tx: place.notify(tx, "through the pooler"))
        assert await asyncio.wait_for(anext(notices), 30) == "through the pooler"


def test_what_needs_a_session_has_one_of_the_server(place: PostgresqlServer) -> None:
    migrate.upgrade(place)
    with place.alone_in("something", lock_seconds=1) as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with place.connect() as direct:
        assert direct.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone() == (0,)


def test_a_pooler_that_dies_is_told_plainly_and_found_again(database: Database, between: Pooler) -> None:
    database.write_now(put("a"))
    between.kill()
    try:
        for attempt in (database.read_now, database.write_now):
            with pytest.raises(StoreUnavailableError):
                attempt(lambda tx: counters.value(tx, "a"))
    finally:
        between.start()
    found = [_asked(database) for _ in range(READERS + 1)]  # each connection notices for itself
    assert found[-1] == 1


@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_a_server_that_ends_the_sessions_of_a_pooler_is_found_again(
    place: PostgresqlServer, template: PostgresqlServer, mode: str
) -> None:
    with pooler(template.url, mode, 13) as other:
        database = Database(replace(place, pooler=other.url(place.url)))
        database.write_now(put("a"))
        assert database.read_now(lambda tx: counters.value(tx, "a")) == 1
        with place.connect() as direct:
            direct.execute(
                "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid != pg_backend_pid()"
            )
        found = [_asked(database) for _ in range(READERS + 1)]
        assert found[-1] == 1
        database.close()


def _asked(database: Database) -> int | None:
    try:
        return database.read_now(lambda tx: counters.value(tx, "a"))
    except StoreUnavailableError:
        return None
