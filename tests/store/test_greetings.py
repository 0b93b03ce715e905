import pytest

from tolmach.core.ids import AccountId, MessageId
from tolmach.store import greetings
from tolmach.store.database import Database, Tx
from tolmach.store.greetings import Greeted

BASE, ACCOUNT = 7, AccountId(1)


def greeted(phone: str, at: int, message: int | None = 10, year: int = 2026, base: int = BASE) -> Greeted:
    known = None if message is None else MessageId(message)
    return Greeted(base, year, phone, ACCOUNT, known, "" if message else "stopped", at)


def test_greetings_are_listed_newest_first(tx: Tx) -> None:
    rows = [greeted("1", 5), greeted("2", 6, None), greeted("3", 6), greeted("4", 7, base=8)]
    greetings.add(tx, rows)
    assert greetings.latest(tx, BASE, 10) == [rows[1], rows[2], rows[0]]
    assert greetings.latest(tx, BASE, 1) == [rows[1]]
    assert greetings.latest(tx, BASE, 10, refused=True) == [rows[1]]
    assert greetings.counts(tx, BASE) == (2, 1)
    assert greetings.counts(tx, 99) == (0, 0)


def test_nobody_is_greeted_twice_in_a_year(tx: Tx) -> None:
    greetings.add(tx, [greeted("1", 5), greeted("1", 5, year=2027), greeted("1", 5, base=8)])
    with pytest.raises(Exception, match=r"(?i)unique"):
        greetings.add(tx, [greeted("1", 6, None)])


def test_a_second_greeting_undoes_what_came_with_it(database: Database) -> None:
    database.write_now(lambda tx: greetings.add(tx, [greeted("1", 5)]))
    with pytest.raises(Exception, match=r"(?i)unique"):
        database.write_now(lambda tx: greetings.add(tx, [greeted("2", 6), greeted("1", 6)]))
    assert database.read_now(lambda tx: greetings.latest(tx, BASE, 10)) == [greeted("1", 5)]


def test_refusals_may_be_forgotten(tx: Tx) -> None:
    greetings.add(tx, [greeted("1", 5, None), greeted("2", 6, None), greeted("3", 6), greeted("4", 6, None, base=8)])
    assert greetings.forget_refused(tx, BASE, 6) == 1
    assert {row.phone for row in greetings.latest(tx, BASE, 10)} == {"1", "3"}


def test_a_deleted_base_empties_little_by_little(tx: Tx) -> None:
    greetings.add(tx, [greeted("1", 5), greeted("1", 5, year=2027), greeted("2", 5), greeted("1", 5, base=8)])
    assert [greetings.purge(tx, BASE, 2) for _ in range(3)] == [2, 1, 0]
    assert greetings.counts(tx, 8) == (1, 0)
