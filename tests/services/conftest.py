"""A database with two accounts, made once and copied for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counting import from_one
from tests.databases import Databases
from tests.services.world import World, seed
from tolmach.store import migrate
from tolmach.store.database import Database
from tolmach.store.place import Place


@pytest.fixture(scope="session")
def seeded(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = databases.new(tmp_path_factory.mktemp("seeded"), lasting=True)
    migrate.upgrade(place)
    database = Database(place)
    database.write_now(from_one)
    database.write_now(seed)
    database.close()
    return place


@pytest.fixture
def world(databases: Databases, seeded: Place, tmp_path: Path) -> Iterator[World]:
    opened = World(databases.copy(seeded, tmp_path))
    yield opened
    opened.close()
