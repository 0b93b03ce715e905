import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import IntegrityError

from tolmach.store.database import COMMIT_FUNCTIONS, Database, Tx
from tolmach.store.schema import counters, direction_prefixes


class Gate:
    """A write that holds the writer until it is opened, so that what comes meanwhile waits together."""

    def __init__(self, database: Database) -> None:
        self._entered, self._open = threading.Event(), threading.Event()
        self._task = asyncio.create_task(database.write(self._wait))

    def _wait(self, _tx: Tx) -> None:
        self._entered.set()
        self._open.wait()

    async def closed(self) -> "Gate":
        await asyncio.to_thread(self._entered.wait)
        return self

    async def open(self) -> None:
        self._open.set()
        await self._task


def put(name: str) -> Callable[[Tx], str]:
    def run(tx: Tx) -> str:
        tx.execute(insert(counters).values(name=name, value=1))
        return name

    return run


def names(tx: Tx) -> set[str]:
    return set(tx.execute(select(counters.c.name)).scalars())


async def gather(database: Database, *functions: Callable[[Tx], object]) -> list[object]:
    """Write functions that wait for one commit; return results and errors."""
    gate = await Gate(database).closed()
    waiting = [asyncio.ensure_future(database.write(function)) for function in functions]
    await asyncio.sleep(0)  # each has taken its place
    await gate.open()
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_waits_is_committed_together_in_order(database: Database) -> None:
    commits: list[int] = []
    event.listen(database.writer, "commit", lambda _: commits.append(1))
    assert await gather(database, *(put(name) for name in "abc")) == ["a", "b", "c"]
    assert len(commits) == 2  # the gate's and one more
    assert names_now(database) == {"a", "b", "c"}


def names_now(database: Database) -> set[str]:
    return database.read_now(names)


async def test_more_than_fits_one_commit_is_done_all_the_same(database: Database) -> None:
    count = 2 * COMMIT_FUNCTIONS + 1
    results = await gather(database, *(put(f"{number}") for number in range(count)))
    assert results == [f"{number}" for number in range(count)]
    assert len(names_now(database)) == count


async def test_a_function_that_fails_undoes_only_itself(database: Database) -> None:
    def half_done(tx: Tx) -> None:
        put("half")(tx)
        raise LookupError("no luck")

    first, failed, repeated, last = await gather(database, put("a"), half_done, put("a"), put("b"))
    assert (first, last) == ("a", "b")
    assert isinstance(failed, LookupError)
    assert isinstance(repeated, IntegrityError)
    assert names_now(database) == {"a", "b"}


async def test_a_commit_that_fails_fails_everybody_in_it(database: Database) -> None:
    def bomb(tx: Tx) -> str:
        tx.execute(text("PRAGMA defer_foreign_keys = ON"))  # noticed by COMMIT only
        tx.execute(insert(direction_prefixes).values(prefix="7", direction_id=99))
        return "planted"

    results = await gather(database, put("a"), bomb, put("b"))
    assert [type(result) for result in results] == [IntegrityError] * 3
    assert names_now(database) == set()
    assert await database.write(put("c")) == "c"
    assert names_now(database) == {"c"}


async def test_nobody_is_told_of_success_when_the_transaction_is_gone(database: Database) -> None:
    def full_disk(tx: Tx) -> None:
        tx.connection.cursor().execute("ROLLBACK")  # SQLite does this by itself when a disk is full
        raise OSError("no space left")

    results = await gather(database, put("a"), full_disk, put("b"))
    assert [type(result) for result in results] == [OSError] * 3
    assert names_now(database) == set()
    assert await database.write(put("c")) == "c"


async def test_nobody_sees_what_is_not_committed(database: Database) -> None:
    wrote, seen = threading.Event(), threading.Event()

    def slowly(tx: Tx) -> set[str]:
        put("a")(tx)
        wrote.set()
        seen.wait()
        return names(tx)

    writing = asyncio.ensure_future(database.write(slowly))
    await asyncio.to_thread(wrote.wait)
    assert await database.read(names) == set()
    seen.set()
    assert await writing == {"a"}
    assert await database.read(names) == {"a"}


async def test_a_reader_sees_one_moment(database: Database) -> None:
    begun, written = threading.Event(), threading.Event()

    def twice(tx: Tx) -> tuple[set[str], set[str]]:
        first = names(tx)
        begun.set()
        written.wait()
        return first, names(tx)

    reading = asyncio.ensure_future(database.read(twice))
    await asyncio.to_thread(begun.wait)
    await database.write(put("a"))
    written.set()
    assert await reading == (set(), set())


async def test_who_has_gone_before_its_turn_is_not_written(database: Database) -> None:
    gate = await Gate(database).closed()
    leaving = asyncio.create_task(database.write(put("a")))
    staying = asyncio.create_task(database.write(put("b")))
    await asyncio.sleep(0)
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving
    await gate.open()
    assert await staying == "b"
    assert names_now(database) == {"b"}


async def test_closing_finishes_what_waits(path: Path) -> None:
    database = Database(path)
    gate = await Gate(database).closed()
    waiting = [asyncio.ensure_future(database.write(put(name))) for name in "abc"]
    await asyncio.sleep(0)
    closing = asyncio.create_task(asyncio.to_thread(database.close))
    await gate.open()
    await closing
    assert await asyncio.gather(*waiting) == ["a", "b", "c"]
    with pytest.raises(RuntimeError, match="closed"):
        await database.write(put("d"))
    again = Database(path)
    assert names_now(again) == {"a", "b", "c"}
    again.close()


def test_without_an_event_loop(database: Database) -> None:
    assert database.write_now(put("a")) == "a"
    assert database.read_now(names) == {"a"}
    with pytest.raises(IntegrityError):
        database.write_now(put("a"))


def test_what_is_committed_survives_power_loss_and_references_are_kept(database: Database) -> None:
    def pragmas(tx: Tx) -> list[object]:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        return [tx.execute(text(f"PRAGMA {name}")).scalar() for name in asked]

    assert database.write_now(pragmas) == ["wal", 2, 1]  # 2: FULL
    assert database.read_now(pragmas) == ["wal", 2, 1]


def test_two_processes_take_turns(path: Path) -> None:
    one, two = Database(path), Database(path)
    try:
        one.write_now(put("a"))
        two.write_now(put("b"))
        assert one.read_now(names) == two.read_now(names) == {"a", "b"}
    finally:
        one.close()
        two.close()


def test_an_error_does_not_tell_what_was_to_be_written(database: Database) -> None:
    database.write_now(put("a secret"))
    with pytest.raises(IntegrityError) as caught:
        database.write_now(put("a secret"))
    assert "a secret" not in str(caught.value)
