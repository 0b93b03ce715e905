"""Stop lists as an operator keeps them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import NOON, opened, seed
from tests.databases import Databases
from tolmach.core.commands.installation import EditEverybodysStops, ListEverybodysStops
from tolmach.services import stoplist
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store.database import Database


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with opened(databases.new(tmp_path)) as database:
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


def test_everybodys_list_on_the_desk(database: Database) -> None:
    asked = EditEverybodysStops(("8 903 123-45-67", "+7 916 123 45 67"))
    assert database.write_now(lambda tx: stoplist.edit(tx, asked, NOON)) == 2
    page = database.read_now(lambda tx: stoplist.page(tx, ListEverybodysStops("7 903"), NOON))
    assert ([(row.phone, row.since) for row in page.rows], page.total, page.after) == ([("79031234567", NOON)], 2, "")
    gone = EditEverybodysStops(("79031234567", "79990000000"), removes=True)
    assert database.write_now(lambda tx: stoplist.edit(tx, gone, NOON)) == 1
    with pytest.raises(BadValueError):
        database.write_now(lambda tx: stoplist.edit(tx, EditEverybodysStops(("hello",)), NOON))


def test_everybodys_list_goes_on_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stoplist, "PAGE", 1)
    database.write_now(lambda tx: stoplist.edit(tx, EditEverybodysStops(("79031234567", "79161234567")), NOON))
    page = database.read_now(lambda tx: stoplist.page(tx, ListEverybodysStops(), NOON))
    assert page.after == "79031234567"
    rest = database.read_now(lambda tx: stoplist.page(tx, ListEverybodysStops(after=page.after), NOON))
    assert ([row.phone for row in rest.rows], rest.after) == (["79161234567"], "")
