import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from tolmach.core.ids import AccountId
from tolmach.core.sentences import Sentence, say
from tolmach.store import imports
from tolmach.store.database import Database, Tx
from tolmach.store.imports import Fault, StoredImport

MINE, THEIRS = AccountId(3), AccountId(4)
ROW = StoredImport(
    MINE, 0, 7, "f" * 32, "people.csv", "utf-8-sig", ";", [["phone", "x"]], ["phone", None],
    imports.WAITING, 100, 0, 0, 0, 0, 0, "", 1_000, 1_000,
)  # fmt: skip


def test_a_row_is_read_back_whole(tx: Tx) -> None:
    number = imports.add(tx, ROW)
    assert imports.by_id(tx, MINE, number) == replace(ROW, id=number)
    assert imports.by_id(tx, THEIRS, number) is None
    assert not imports.drop(tx, THEIRS, number)
    assert imports.drop(tx, MINE, number)


def test_the_one_that_runs_longest_is_next(tx: Tx) -> None:
    numbers = [imports.add(tx, ROW) for _ in range(3)]
    assert imports.running(tx) is None
    for number in numbers[1:]:
        imports.change(tx, replace(ROW, id=number), 2_000, state=imports.RUNNING)
    found = imports.running(tx)
    assert found is not None
    assert (found.id, found.changed_at) == (numbers[1], 2_000)
    assert [one.id for one in imports.of_base(tx, MINE, 7, 2)] == [numbers[2], numbers[1]]
    assert [one.id for one in imports.older(tx, 5_000, 9)] == [numbers[0]]


def test_reasons_can_be_said_in_other_languages_later(tx: Tx) -> None:
    number = imports.add(tx, ROW)
    reason = say("%(count)s fields instead of %(expected)s", count=3, expected=2)
    imports.add_faults(tx, replace(ROW, id=number), [Fault(4, 5, reason, ["1", "2", "3"]), Fault(9, 10, "x", [])])
    first, second = imports.faults(tx, MINE, number, -1, 10)
    assert isinstance(first.reason, Sentence)
    assert (first.reason.template, str(first.reason)) == (reason.template, "3 fields instead of 2")
    assert second == Fault(9, 10, "x", [])
    assert imports.faults(tx, MINE, number, 4, 10) == [second]
    assert imports.faults(tx, THEIRS, number, -1, 10) == []


def test_faults_that_are_just_added_go_with_their_row(database: Database) -> None:
    if not database.place.shared:
        pytest.skip("a file has one writer")
    number = database.write_now(lambda tx: imports.add(tx, ROW))

    def waits() -> bool:
        asked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(database.read_now(lambda tx: tx.execute(asked).scalar_one()))

    def piece(tx: Tx) -> "Future[bool]":
        row = imports.by_id(tx, MINE, number, to_change=True)
        assert row is not None
        dropping = threads.submit(database.write_now, lambda other: imports.drop(other, MINE, number))
        while not waits():
            time.sleep(0.01)
        imports.add_faults(tx, row, [Fault(1, 2, "x", [])])
        return dropping

    with ThreadPoolExecutor(1) as threads:
        assert database.write_now(piece).result()
    assert database.read_now(lambda tx: imports.faults(tx, MINE, number, -1, 9)) == []
