"""What is said differently to SQLite and to PostgreSQL means the same to both."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, select, update

from tests.databases import PostgresqlDatabases
from tolmach.core.traffic import Traffic
from tolmach.store.database import Tx
from tolmach.store.flavours import FLAVOURS, POSTGRESQL, ROWS_AT_ONCE, SQLITE, array, flavour
from tolmach.store.migrate import CODE
from tolmach.store.prepared import Prepared, among, insertion
from tolmach.store.queue import Kind
from tolmach.store.schema import counters as table

TEXTS = st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=6)
NUMBERS = st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=6)
STARTED: list[psycopg.Connection[Any]] = []


@pytest.fixture(scope="module", autouse=True)
def connection(server: PostgresqlDatabases) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(server.url("postgres"), autocommit=True) as opened:
        STARTED.append(opened)
        yield opened
        STARTED.clear()


def back(kind: str, values: list[Any]) -> list[Any]:
    row = STARTED[0].execute(f"SELECT %s::{kind}[]", [array(values)]).fetchone()
    assert row is not None
    found: list[Any] = row[0]
    return found


@given(TEXTS)
def test_texts_come_back(values: list[str | None]) -> None:
    assert back("text", values) == [value and value.replace("\x00", "�") for value in values]


@given(NUMBERS)
def test_numbers_come_back(values: list[int | None]) -> None:
    assert back("bigint", values) == values


def test_awkward_values_come_back() -> None:
    texts = ["", "NULL", "null", "{}", "a,b", " a ", '"', "\\", '\\"', "\n\t", "ё", "😀", None]
    assert back("text", texts) == texts
    assert back("boolean", [True, False, None]) == [True, False, None]
    assert back("bigint", [Kind.GIVE_UP, -1]) == [1, -1]
    assert back("text", list(Traffic)) == [traffic.value for traffic in Traffic]


def test_a_transaction_knows_its_flavour(tx: Tx) -> None:
    assert flavour(tx) is FLAVOURS[tx.dialect.name]
    assert (SQLITE.locks_rows, POSTGRESQL.locks_rows) == (False, True)


def test_many_rows_at_once(tx: Tx) -> None:
    insertion(table).run_many(tx, ((name, number) for number, name in enumerate("abc")))
    raised = Prepared(
        update(table).where(table.c.name == bindparam("b_name")).values(value=table.c.value + bindparam("b_more"))
    )
    raised.run_many(tx, [(10, "a"), (20, "c"), (30, "unknown")])
    raised.run_many(tx, [])
    stored = select(table.c.name, table.c.value).where(table.c.name != CODE)
    assert set(tx.execute(stored)) == {("a", 10), ("b", 1), ("c", 22)}


@pytest.mark.parametrize("count", [ROWS_AT_ONCE - 1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 1])
def test_insertions_of_any_length(tx: Tx, count: int) -> None:
    rows = [(f"counter {number}", number) for number in range(count)]
    insertion(table).run_many(tx, rows)
    insertion(table, ignore=True).run_many(tx, [*rows, ("one more", 1)])
    stored = select(table.c.name, table.c.value).where(table.c.name.like("counter %") | (table.c.name == "one more"))
    assert set(tx.execute(stored)) == {*rows, ("one more", 1)}


def test_rows_with_one_of_many_values(tx: Tx) -> None:
    insertion(table).run_many(tx, [("a", 1), ("b", 2), ("c", 1)])
    picked = Prepared(flavour(tx).picked(table, "name", "names", table.c.value == bindparam("wanted")))
    assert sorted(picked.all(tx, names=["a", "b", "c", "d"], wanted=1)) == [("a", 1), ("c", 1)]
    assert picked.all(tx, names=[], wanted=1) == []


def test_rows_among_chosen_ones(tx: Tx) -> None:
    insertion(table).run_many(tx, [("a", 1), ("b", 2), ("c", 3)])
    chosen = select(table.c.name).order_by(table.c.value).limit(bindparam("most")).with_for_update(skip_locked=True)
    changed = Prepared(update(table).where(among(table.c.name, chosen)).values(value=0).returning(table.c.name))
    assert sorted(changed.all(tx, most=2)) == [("a",), ("b",)]


def test_a_lock_tells_whether_there_are_others(tx: Tx) -> None:
    assert flavour(tx).lock(tx, "a name") is flavour(tx).locks_rows
    assert flavour(tx).lock(tx, "another", shared=True) is flavour(tx).locks_rows
    assert flavour(tx).takes(tx, "a third")
