"""Stop lists as an operator keeps them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import NOON, opened, seed
from tolmach.services import stoplist
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path / "tolmach.sqlite") as database:
        database.write_now(seed)
        yield database


def test_numbers_are_read_once_each_in_order() -> None:
    assert stoplist.read_numbers(["89161234567", "+7 903 3256699", "79161234567"]) == ["79161234567", "79033256699"]
    with pytest.raises(BadValueError, match="'1', '2'"):
        stoplist.read_numbers(["1", "79161234567", "2"])


def test_long_lists(database: Database) -> None:
    numbers = [str(79_160_000_000 + number) for number in range(2_500)]
    assert database.write_now(lambda tx: stoplist.add(tx, None, numbers, NOON)) == 2_500
    assert database.read_now(lambda tx: stoplist.listing(tx, None)) == numbers
    assert database.write_now(lambda tx: stoplist.remove(tx, None, [*numbers[1:], "79169999999"], NOON)) == 2_499
    assert database.read_now(lambda tx: stoplist.listing(tx, None)) == numbers[:1]


def test_lists_are_apart(database: Database) -> None:
    database.write_now(lambda tx: stoplist.add(tx, "demo", ["79161234567"], NOON))
    assert database.read_now(lambda tx: stoplist.listing(tx, None)) == []
    with pytest.raises(NotFoundError):
        database.read_now(lambda tx: stoplist.listing(tx, "nobody"))
