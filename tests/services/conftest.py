"""A database with two accounts, made once and copied for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counting import from_one
from tests.services.world import World, seed
from tolmach.store import migrate
from tolmach.store.database import Database


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "tolmach.sqlite"
    migrate.upgrade(path)
    database = Database(path)
    database.write_now(from_one)
    database.write_now(seed)
    database.close()
    return path


@pytest.fixture
def world(seeded: Path, tmp_path: Path) -> Iterator[World]:
    opened = World(Path(shutil.copy(seeded, tmp_path / "world.sqlite")))
    yield opened
    opened.close()
