"""An empty database, made by the migrations once and copied for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counting import from_one
from tests.databases import Databases
from tolmach.store import migrate
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place


@pytest.fixture(scope="session")
def empty(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = databases.new(tmp_path_factory.mktemp("empty"), lasting=True)
    migrate.upgrade(place)
    database = Database(place)
    database.write_now(from_one)
    database.close()
    return place


@pytest.fixture
def place(databases: Databases, empty: Place, tmp_path: Path) -> Place:
    return databases.copy(empty, tmp_path)


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    opened = Database(place)
    yield opened
    opened.close()


@pytest.fixture
def tx(database: Database) -> Iterator[Tx]:
    """A transaction that may write (the writers' own connections belong to their threads)."""
    with database.writer.begin() as opened:
        yield opened
