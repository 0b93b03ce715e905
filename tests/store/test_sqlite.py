"""The one writer of SQLite: what waits is committed together, and who fails fails alone."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.exc import IntegrityError

from tests.store.test_database import Gate, names_now, put
from tolmach.store import migrate, sqlite
from tolmach.store.database import Database, Tx
from tolmach.store.schema import direction_prefixes
from tolmach.store.sqlite import COMMIT_FUNCTIONS, CROWDED, CROWDED_CUT, SHORT_ROWS, USUAL


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "file" / "tolmach.sqlite"
    migrate.upgrade(path)
    opened = Database(path)
    opened.write_now(lambda tx: tx.execute(text("DELETE FROM counters")).rowcount)
    yield opened
    opened.close()


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


async def test_more_than_fits_one_commit_is_done_all_the_same(database: Database) -> None:
    count = 2 * COMMIT_FUNCTIONS + 1
    results = await gather(database, *(put(f"{number}") for number in range(count)))
    assert results == [f"{number}" for number in range(count)]
    assert len(names_now(database)) == count


async def commits_of(database: Database, *jobs: tuple[str, int], lists: str = "") -> list[list[str]]:
    """Write jobs (a name, and the rows of its pile) that wait together; return what each commit had.

    Somebody waits for those without rows, and for ``lists``.
    """
    commits: list[list[str]] = [[]]
    event.listen(database.writer, "commit", lambda _: commits.append([]))
    gate = await Gate(database).closed()

    def noted(name: str) -> Callable[[Tx], object]:
        def function(tx: Tx) -> None:
            commits[-1].append(name)
            put(name)(tx)

        return function

    waiting = [
        asyncio.ensure_future(
            database.write_pile(noted(name), rows) if rows and name not in lists else database.write(noted(name), rows)
        )
        for name, rows in jobs
    ]
    await asyncio.sleep(0)
    await gate.open()
    await asyncio.gather(*waiting)
    return commits[1:-1]


async def test_small_piles_go_with_what_somebody_waits_for(database: Database) -> None:
    half = USUAL.beside // 2
    assert await commits_of(database, ("a", half), ("b", 0), ("c", half), ("d", 0), ("e", 1)) == [
        ["b", "d", "a", "c"],
        ["e"],
    ]


async def test_a_large_pile_has_its_turn_by_itself(database: Database) -> None:
    asked = [(f"{number}", 0) for number in range(COMMIT_FUNCTIONS + 1)]
    large = USUAL.beside + 1
    found = await commits_of(database, ("pile", large), ("more", large), *asked)
    assert found == [[name for name, _ in asked[:-1]], ["pile", "more"], [asked[-1][0]]]


async def test_piles_share_a_commit_up_to_a_bound(database: Database) -> None:
    assert await commits_of(database, ("a", 300), ("b", 200), ("c", 1), ("d", 900), ("e", 900)) == [
        ["a", "b"],
        ["c"],
        ["d"],
        ["e"],
    ]


async def test_long_lists_stand_back_and_take_turns_with_piles(database: Database) -> None:
    large = USUAL.alone
    found = await commits_of(database, ("l", large), ("pile", large), ("m", large), ("a", 0), ("b", 0), lists="lm")
    assert found == [["a", "b"], ["l"], ["pile"], ["m"]]


async def test_a_list_that_is_short_does_not_stand_back(database: Database) -> None:
    assert await commits_of(database, ("pile", USUAL.alone), ("s", SHORT_ROWS), lists="s") == [["s"], ["pile"]]


async def test_in_a_crowd_piles_stand_back_for_longer(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "CROWDED", CROWDED._replace(patience=3600))
    asked = [(f"{number}", 0) for number in range(2 * COMMIT_FUNCTIONS)]
    database.crowd.gather(3600)
    found = await commits_of(database, ("pile", USUAL.beside), *asked)
    names = [name for name, _ in asked]
    assert found == [names[:COMMIT_FUNCTIONS], names[COMMIT_FUNCTIONS:], ["pile"]]


async def test_in_a_crowd_piles_do_not_stand_back_for_ever(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "CROWDED", CROWDED._replace(patience=0))
    asked = [(f"{number}", 0) for number in range(2 * COMMIT_FUNCTIONS)]
    database.crowd.gather(3600)
    found = await commits_of(database, ("pile", CROWDED.beside + 1), *asked)
    names = [name for name, _ in asked]
    assert found == [names[:COMMIT_FUNCTIONS], ["pile"], names[COMMIT_FUNCTIONS:]]


async def test_in_a_crowd_commits_of_piles_are_small(database: Database) -> None:
    database.crowd.gather(3600)
    half = CROWDED.alone // 2
    assert await commits_of(database, ("a", half), ("b", half), ("c", half)) == [["a", "b"], ["c"]]


async def test_piles_are_cut_in_a_crowd(database: Database) -> None:
    assert database.pile(800) == 800
    database.crowd.gather(3600)
    assert database.pile(800) == 800 // CROWDED_CUT
    assert database.pile(1) == 1
    database.crowd.gather(0)
    assert database.pile(800) == 800


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


def test_what_is_committed_survives_power_loss_and_references_are_kept(database: Database) -> None:
    def pragmas(tx: Tx) -> list[object]:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        return [tx.execute(text(f"PRAGMA {name}")).scalar() for name in asked]

    assert database.write_now(pragmas) == ["wal", 2, 1]  # 2: FULL
    assert database.read_now(pragmas) == ["wal", 2, 1]
