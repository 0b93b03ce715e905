"""Tariffs and directions as an operator keeps them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import opened, seed
from tests.databases import Databases
from tolmach.core.content import Channel
from tolmach.services import pricelists, tariffs
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store.database import Database


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with opened(databases.new(tmp_path)) as database:
        database.write_now(seed)
        yield database


def prices(text: str) -> pricelists.PriceList:
    return pricelists.read(f"direction,prefixes,channel,price\n{text}".encode())


def test_an_import_replaces_prices_and_keeps_prefixes(database: Database) -> None:
    done: list[None] = []
    faults = database.write_now(
        lambda tx: tariffs.import_prices(tx, "demo", prices("Россия,,sms,3"), lambda: done.append(None))
    )
    assert (faults, len(done)) == ([], 1)
    shown = database.read_now(lambda tx: tariffs.show(tx, "demo"))
    assert [(one.name, one.prefixes, one.prices) for one in shown] == [("Россия", ("79",), {Channel.SMS: 30_000})]


def test_a_new_direction_needs_prefixes_and_faults_import_nothing(database: Database) -> None:
    bad = prices("Россия,,sms,3\nГрузия,,sms,1\nA,x,sms,1\n")
    faults = database.write_now(lambda tx: tariffs.import_prices(tx, "demo", bad))
    assert [(fault.line, fault.problem) for fault in faults] == [
        (3, "Грузия is a new direction and has no prefixes"),
        (4, "prefix 'x' is not 1 to 15 digits of an international number"),
    ]
    assert len(database.read_now(lambda tx: tariffs.show(tx, "demo"))) == 2
    assert [one.name for one in database.read_now(tariffs.directions)] == ["Россия", "Украина"]


def test_several_tariffs_share_directions(database: Database) -> None:
    database.write_now(lambda tx: tariffs.import_prices(tx, "basic", prices("Россия,,sms,3\nГрузия,995,viber,1")))
    assert database.read_now(tariffs.names) == [("demo", 2), ("basic", 2)]


def test_directions_open_and_close(database: Database) -> None:
    database.write_now(lambda tx: tariffs.set_open(tx, "Россия", None, is_open=False))
    database.write_now(lambda tx: tariffs.set_open(tx, "Украина", "demo", is_open=False))
    found = database.read_now(lambda tx: tariffs.directions(tx, "demo"))
    assert [(one.name, one.open, one.closed_for_account) for one in found] == [
        ("Россия", False, False),
        ("Украина", True, True),
    ]


def test_what_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError, match="did you mean Россия"):
        database.write_now(lambda tx: tariffs.set_open(tx, "Росия", None, is_open=True))
    with pytest.raises(NotFoundError):
        database.read_now(lambda tx: tariffs.show(tx, "x"))
    with pytest.raises(BadValueError):
        database.write_now(lambda tx: tariffs.import_prices(tx, "", prices("Россия,,sms,3")))
