"""Top-ups: entry and balance in one transaction."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.cli.stage import NOON, opened, seed
from tests.databases import Databases
from tolmach.core.money import Money
from tolmach.services import accounts, ledger
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store import ledger as stored
from tolmach.store.database import Database


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with opened(databases.new(tmp_path)) as database:
        database.write_now(seed)
        yield database


def test_the_balance_is_the_sum_of_the_entries(database: Database) -> None:
    database.write_now(lambda tx: ledger.top_up(tx, "demo", Money(5), "", NOON))
    for amount in (Money(-20_000_000), Money(0)):
        database.write_now(partial(ledger.top_up, login="demo", amount=amount, note="", now=NOON, adjust=True))
    balance = database.read_now(lambda tx: accounts.overview(tx, "demo")).balance
    assert balance.available == -9_999_995
    assert list(database.read_now(stored.sums).values()) == [balance]


@pytest.mark.parametrize("amount", [0, -1])
def test_less_than_something_is_no_top_up(database: Database, amount: int) -> None:
    with pytest.raises(BadValueError, match="only a correction"):
        database.write_now(lambda tx: ledger.top_up(tx, "demo", Money(amount), "", NOON))


@pytest.mark.parametrize("note", ["a\nb", "x" * 256])
def test_a_note_is_one_short_line(database: Database, note: str) -> None:
    with pytest.raises(BadValueError, match="note"):
        database.write_now(lambda tx: ledger.top_up(tx, "demo", Money(1), note, NOON))


def test_nobody_has_no_balance(database: Database) -> None:
    with pytest.raises(NotFoundError):
        database.write_now(lambda tx: ledger.top_up(tx, "nobody", Money(1), "", NOON))


def test_amounts_are_read_exactly() -> None:
    assert ledger.read_amount(" 99,5 ") == 995_000
    with pytest.raises(BadValueError):
        ledger.read_amount("1e3")
