"""What only PostgreSQL does: several transactions write at a time, and come into each other's way."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text, update

from tests.databases import PostgresqlDatabases
from tests.rollbacks import Rollbacks
from tests.store.rows import account, entry
from tests.store.test_database import names_now, put
from tolmach.core.errors import CommitUnknownError, StoreUnavailableError
from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store import accounts, callbacks, counters, ledger, migrate, queue, users
from tolmach.store.callbacks import Callback
from tolmach.store.database import Database, Tx
from tolmach.store.ledger import Entry, Movement
from tolmach.store.place import Place
from tolmach.store.postgresql import CROWDED_CUT, PILERS, WRITERS, PostgresqlServer
from tolmach.store.queue import Kind, Lease
from tolmach.store.schema import counters as table
from tolmach.store.schema import users as people


@pytest.fixture(scope="module")
def template(server: PostgresqlDatabases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = server.new(tmp_path_factory.mktemp("postgresql"), lasting=True)
    migrate.upgrade(place)
    return place


@pytest.fixture
def place(server: PostgresqlDatabases, template: Place, tmp_path: Path) -> Iterator[Place]:
    yield server.copy(template, tmp_path)
    server.sweep()


@pytest.fixture
def one(place: Place) -> Iterator[Database]:
    opened = Database(place)
    yield opened
    opened.close()


@pytest.fixture
def two(place: Place) -> Iterator[Database]:
    """Another process on the same database."""
    opened = Database(place)
    yield opened
    opened.close()


def set_to(name: str, value: int) -> Callable[[Tx], None]:
    return lambda tx: tx.execute(update(table).where(table.c.name == name).values(value=value)).close()


def value(name: str) -> Callable[[Tx], int]:
    return lambda tx: counters.value(tx, name)


def together(*runs: Callable[[], Any]) -> list[Any]:
    """Run functions at the same time and return their results."""
    barrier = threading.Barrier(len(runs))

    def run(function: Callable[[], Any]) -> Any:
        barrier.wait()
        return function()

    with ThreadPoolExecutor(len(runs)) as threads:
        return list(threads.map(run, runs))


async def test_whoever_waits_finds_a_thread_however_many_piles_there_are(one: Database) -> None:
    gate = threading.Event()
    piles = [asyncio.ensure_future(one.write_pile(lambda tx: gate.wait(), 1)) for _ in range(3 * PILERS)]
    await asyncio.sleep(0)
    try:
        assert await one.write(put("a")) == "a"
    finally:
        gate.set()
    assert await asyncio.gather(*piles) == [True] * (3 * PILERS)


async def test_as_many_as_write_can_take_numbers_at_the_same_time(one: Database) -> None:
    """Each of them has another connection for that, however many piles are written."""
    gate, all_in = threading.Event(), threading.Barrier(WRITERS)

    def numbered(tx: Tx) -> int:
        all_in.wait()
        return counters.reserve(tx, counters.MESSAGES, 1)

    piles = [asyncio.ensure_future(one.write_pile(lambda tx: gate.wait(), 1)) for _ in range(PILERS)]
    try:
        assert sorted(await asyncio.gather(*[one.write(numbered) for _ in range(WRITERS)])) == [1, 2, 3]
    finally:
        gate.set()
    await asyncio.gather(*piles)


async def test_piles_are_cut_in_a_crowd(one: Database) -> None:
    assert one.pile(800) == 800
    one.crowd.gather(3600)
    assert one.pile(800) == 800 // CROWDED_CUT


def test_two_who_lock_the_other_way_round_both_succeed(one: Database, two: Database) -> None:
    one.write_now(put("a"))
    one.write_now(put("b"))
    first, both = threading.Event(), threading.Barrier(2)
    tries, rollbacks = {"one": 0, "two": 0}, Rollbacks(one, two)

    def crossing(who: str, *names: str) -> Callable[[Tx], None]:
        def run(tx: Tx) -> None:
            tries[who] += 1
            set_to(names[0], 5)(tx)
            if tries[who] == 1 and not first.is_set():
                both.wait()
                first.set()
            set_to(names[1], 6)(tx)

        return run

    together(
        lambda: one.write_now(crossing("one", "a", "b")),
        lambda: two.write_now(crossing("two", "b", "a")),
    )
    assert sum(tries.values()) > 2  # who begins again may come into the other's way again before it has gone on
    assert rollbacks.count == sum(tries.values()) - 2


def test_a_key_that_another_process_has_just_written_is_found_by_the_second_try(one: Database, two: Database) -> None:
    seen: list[int] = []
    waits, written = threading.Event(), threading.Event()

    def once(tx: Tx) -> int:
        found = counters.value(tx, "a")
        if not found:
            if not seen:
                waits.set()
                written.wait()
            seen.append(found)
            put("a")(tx)
        return found

    def other() -> None:
        waits.wait()
        two.write_now(put("a"))
        written.set()

    assert together(lambda: one.write_now(once), other) == [1, None]
    assert seen == [0]


def test_a_write_waits_for_nobodys_numbers(one: Database, two: Database) -> None:
    """Numbers of a transaction that is still open are taken: the next process gets those behind them, at once."""

    def nested(tx: Tx) -> tuple[int, int]:
        return counters.reserve(tx, "ids", 10), two.write_now(lambda other: counters.reserve(other, "ids", 5))

    assert one.write_now(nested) == (1, 11)
    assert one.read_now(value("ids")) == 15


def test_numbers_of_a_transaction_that_fails_are_not_given_again(one: Database) -> None:
    def failing(tx: Tx) -> None:
        counters.reserve(tx, "ids", 3)
        raise LookupError

    with pytest.raises(LookupError):
        one.write_now(failing)
    assert one.write_now(lambda tx: counters.reserve(tx, "ids", 1)) == 4


def test_everybody_gets_numbers_of_his_own(one: Database, two: Database) -> None:
    def take(database: Database) -> Callable[[], list[int]]:
        return lambda: [database.write_now(lambda tx: counters.reserve(tx, "ids", 3)) for _ in range(20)]

    firsts = [first for found in together(*[take(one), take(two)] * 3) for first in found]
    assert sorted(firsts) == list(range(1, 3 * len(firsts), 3))


def test_workers_side_by_side_never_claim_the_same(one: Database, two: Database) -> None:
    one.write_now(lambda tx: queue.add(tx, [entry(number) for number in range(10, 2_010)]))

    def work(database: Database, worker: str) -> Callable[[], list[int]]:
        def run() -> list[int]:
            lease, mine = Lease(worker, 5_000, 60_000), list[int]()
            while taken := database.write_now(lambda tx: queue.claim(tx, Kind.SUBMIT, lease, 50)):
                mine += [duty.message for duty in taken]
            return mine

        return run

    claimed = together(work(one, "a"), work(two, "b"), work(one, "c"), work(two, "d"))
    assert sorted(message for mine in claimed for message in mine) == list(range(10, 2_010))


def test_what_another_holds_is_passed_over(one: Database, two: Database) -> None:
    one.write_now(lambda tx: queue.add(tx, [entry(10, 1), entry(20, 2), entry(30, 3)]))

    def holding(tx: Tx) -> list[int]:
        queue.claim(tx, Kind.SUBMIT, Lease("a", 5_000, 60_000), 2)
        found = two.write_now(lambda other: queue.claim(other, Kind.SUBMIT, Lease("b", 5_000, 60_000), 2))
        return [duty.message for duty in found]

    assert one.write_now(holding) == [30]


def test_two_who_claim_callbacks_the_other_way_round_do_not_wait_for_each_other(one: Database, two: Database) -> None:
    owners = [AccountId(3), AccountId(4)]
    told = [Callback(owner, 10 * owner, Status.DELIVERED, 1, 1) for owner in owners]
    one.write_now(lambda tx: callbacks.add(tx, told))

    def claim(tx: Tx, owner: AccountId) -> list[int]:
        return [found.message for found in callbacks.claim(tx, owner, 5, 9, 10)]

    def crossing(tx: Tx) -> tuple[list[int], list[int], list[int]]:
        mine = claim(tx, owners[0])
        return mine, *two.write_now(lambda other: (claim(other, owners[1]), claim(other, owners[0])))

    assert one.write_now(crossing) == ([30], [40], [])


def test_a_balance_moves_by_the_sum_of_what_all_have_taken(one: Database, two: Database) -> None:
    first, second = (one.write_now(lambda tx, n=n: accounts.add(tx, account(f"a{n}", n))) for n in (1, 2))  # type: ignore[misc]

    def move(database: Database, ids: list[AccountId]) -> Callable[[], None]:
        def run() -> None:
            for _ in range(50):
                entries = [Entry(id_, Movement.TOP_UP, 1, 0, 0) for id_ in ids]
                database.write_now(lambda tx, entries=entries: ledger.append(tx, entries))  # type: ignore[misc]

        return run

    rollbacks = Rollbacks(one, two)
    together(move(one, [first, second]), move(two, [second, first]), move(one, [first]), move(two, [second, first]))
    balances = one.read_now(lambda tx: ledger.balances_of(tx, [first, second]))
    assert {id_: balance.available for id_, balance in balances.items()} == {first: 200, second: 150}
    assert one.read_now(ledger.sums) == balances
    assert rollbacks.count == 0  # everybody locks in the same order


def test_nobody_spends_what_another_has_just_spent(one: Database, two: Database) -> None:
    """Who has locked a balance decides by what it is; the other waits, and sees what is left."""
    id_ = one.write_now(lambda tx: accounts.add(tx, account()))
    one.write_now(lambda tx: ledger.append(tx, [Entry(id_, Movement.TOP_UP, 100, 0, 0)]))

    def spend(tx: Tx) -> bool:
        if ledger.locked_balances(tx, [id_])[id_].available < 70:
            return False
        ledger.append(tx, [Entry(id_, Movement.TRANSFER, -70, 0, 0)])
        return True

    assert sorted(together(*[lambda: one.write_now(spend), lambda: two.write_now(spend)] * 2)) == [False] * 3 + [True]


def test_who_signs_somebody_in_has_him_for_himself(one: Database, two: Database) -> None:
    """Else guesses that come side by side would count as one, and a code would be taken twice."""
    fields = {"login": "anna", "password_hash": "h", "role": "admin", "created_at": 5}
    anna = one.write_now(lambda tx: users.add(tx, fields))
    free = select(people.c.id).with_for_update(skip_locked=True)

    def signing_in(tx: Tx) -> list[int]:
        users.trials(tx, anna)
        return two.write_now(lambda other: list(other.execute(free).scalars()))

    assert one.write_now(signing_in) == []
    assert two.write_now(lambda tx: list(tx.execute(free).scalars())) == [anna]


def test_reads_cannot_write(one: Database) -> None:
    with pytest.raises(StoreUnavailableError, match="read-only"):
        one.read_now(put("a"))


def test_a_server_that_ends_our_connections_is_found_again(one: Database, place: Place) -> None:
    one.write_now(put("a"))
    assert names_now(one)
    assert isinstance(place, PostgresqlServer)
    with psycopg.connect(place.url, autocommit=True) as own:
        own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid != pg_backend_pid()"
        )

    def tried(attempt: Callable[[], object]) -> int:
        """Count the failures until it works again."""
        for failures in range(20):
            try:
                attempt()
            except StoreUnavailableError:
                continue
            return failures
        raise AssertionError("it never came back")

    assert tried(lambda: one.write_now(lambda tx: counters.reserve(tx, "ids", 1))) <= 2
    assert tried(lambda: one.read_now(names_now_in)) <= 1


@pytest.mark.parametrize("arrives", [True, False])
def test_of_a_connection_that_is_lost_during_a_commit_nobody_knows_what_is_written(
    one: Database, two: Database, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    real = psycopg.Connection.commit

    def commit(connection: "psycopg.Connection[Any]") -> None:
        if arrives:
            real(connection)
        connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Connection, "commit", commit)
        with pytest.raises(CommitUnknownError, match="closed the connection"):
            one.write_now(put("a"))
    assert ("a" in names_now(two)) is arrives
    one.write_now(put("b"))  # by another connection


def test_what_is_lost_before_its_commit_is_surely_not_written(one: Database) -> None:
    def die(tx: Tx) -> None:
        put("a")(tx)
        tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StoreUnavailableError) as caught:
        one.write_now(die)
    assert not isinstance(caught.value, CommitUnknownError)
    assert "a" not in names_now(one)


def test_what_the_server_undoes_at_the_commit_is_surely_not_written(one: Database) -> None:
    """It says so itself: its disk is full."""
    one.write_now(
        lambda tx: tx.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$"
        )
    )
    one.write_now(
        lambda tx: tx.exec_driver_sql(
            f"CREATE CONSTRAINT TRIGGER fills AFTER INSERT ON {table.name} DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    )
    with pytest.raises(StoreUnavailableError, match="no space left") as caught:
        one.write_now(put("a"))
    assert not isinstance(caught.value, CommitUnknownError)


def names_now_in(tx: Tx) -> set[str]:
    return set(tx.execute(table.select()).scalars())


def test_no_server_at_all(tmp_path: Path) -> None:
    nowhere = PostgresqlServer(f"postgresql://postgres:a-secret@/nothing?host={tmp_path}")
    with pytest.raises(StoreUnavailableError) as caught:
        nowhere.exists  # noqa: B018 - it is asked
    assert "a-secret" not in f"{caught.value} {nowhere} {nowhere!r}"


async def test_what_one_tells_another_hears_after_the_commit(place: Place, one: Database) -> None:
    async with place.hear() as hearing:
        one.write_now(lambda tx: place.notify(tx, "there is work"))
        async with asyncio.timeout(30):
            assert await anext(hearing) == "there is work"


def test_a_nul_does_not_fail_what_came_with_it(one: Database) -> None:
    id_ = one.write_now(lambda tx: accounts.add(tx, account("de\x00mo")))
    found = one.read_now(lambda tx: accounts.by_id(tx, id_))
    assert found is not None
    assert found.login == "de�mo"
    one.write_now(lambda tx: queue.add(tx, [entry(10)._replace(claimed_by="a\x00b")]))
    assert one.read_now(lambda tx: queue.by_ids(tx, [10]))[10].claimed_by == "a�b"


def test_what_is_committed_is_on_the_disk(one: Database) -> None:
    def asked(tx: Tx) -> list[object]:
        return [tx.execute(text(f"SHOW {name}")).scalar() for name in ("synchronous_commit", "transaction_isolation")]

    assert one.write_now(asked) == ["on", "read committed"]
    assert one.read_now(asked) == ["on", "repeatable read"]


def test_accounts_to_be_told_are_found_without_their_backlog(one: Database) -> None:
    """From account to account by the index, whatever the planner believes of the tables."""
    numbers = [AccountId(number) for number in range(3, 203)]

    def fill(tx: Tx) -> None:
        for number in numbers:
            accounts.add(tx, account(f"login {number}", number, id=number))
        told = [Callback(numbers[n % 3], 10 * n, Status.READ, 900, n % 1_000) for n in range(3_000)]
        callbacks.add(tx, told)

    def plan(tx: Tx) -> dict[str, Any]:
        tx.exec_driver_sql("ANALYZE callbacks, accounts")
        sql, names = callbacks._ACCOUNTS_DUE["postgresql"].said(tx)
        cursor = tx.connection.cursor()
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", (5_000,) * len(names))
        row = cursor.fetchone()
        assert row is not None
        found: dict[str, Any] = row[0][0]["Plan"]
        return found

    one.write_now(fill)
    assert 0 < sum(_read_by(one.write_now(plan))) < 30
    assert one.read_now(lambda tx: callbacks.accounts_due(tx, 5_000)) == numbers[:3]


def _read_by(plan: dict[str, Any]) -> Iterator[float]:
    """Yield how many callbacks each step of a plan read from the table or an index."""
    if plan.get("Relation Name", plan.get("Index Name", "")).startswith("callbacks"):
        yield plan["Actual Rows"] * plan["Actual Loops"]
    for below in plan.get("Plans", ()):
        yield from _read_by(below)
