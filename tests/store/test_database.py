import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tolmach.store.database import Database, Tx
from tolmach.store.migrate import CODE
from tolmach.store.place import Place
from tolmach.store.schema import counters


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
    return set(tx.execute(select(counters.c.name).where(counters.c.name != CODE)).scalars())


def names_now(database: Database) -> set[str]:
    return database.read_now(names)


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


def test_without_an_event_loop(database: Database) -> None:
    assert database.write_now(put("a")) == "a"
    assert database.read_now(names) == {"a"}
    with pytest.raises(IntegrityError):
        database.write_now(put("a"))


def test_two_processes_take_turns(place: Place) -> None:
    one, two = Database(place), Database(place)
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


async def test_closing_finishes_what_waits(place: Place) -> None:
    database = Database(place)
    gate = await Gate(database).closed()
    waiting = [asyncio.ensure_future(database.write(put(name))) for name in "abc"]
    await asyncio.sleep(0)
    closing = asyncio.create_task(asyncio.to_thread(database.close))
    await gate.open()
    await closing
    assert await asyncio.gather(*waiting) == ["a", "b", "c"]
    with pytest.raises(RuntimeError, match="closed"):
        await database.write(put("d"))
    again = Database(place)
    assert names_now(again) == {"a", "b", "c"}
    again.close()
