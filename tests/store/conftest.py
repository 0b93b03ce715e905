"""An empty database, made by the migrations once and copied for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counting import from_one
from tolmach.store import migrate
from tolmach.store.database import Database, Tx


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "tolmach.sqlite"
    migrate.upgrade(path)
    database = Database(path)
    database.write_now(from_one)
    database.close()
    return path


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "tolmach.sqlite"))


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path)
    yield opened
    opened.close()


@pytest.fixture
def tx(database: Database) -> Iterator[Tx]:
    """A transaction that may write (the writer's own connection belongs to its thread)."""
    with database.reader.begin() as opened:
        yield opened
