"""An installation with the demonstration's account, made once and copied for every test."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from tests.cli.stage import Tolmach, opened, run, seed
from tolmach.store import migrate


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("original") / "tolmach.sqlite"
    migrate.upgrade(path)
    with opened(path) as database:
        database.write_now(seed)
    return path


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    """The directory of an installation."""
    shutil.copy(original, tmp_path / "tolmach.sqlite")
    return tmp_path


@pytest.fixture
def tolmach(data: Path) -> Tolmach:
    """Runs a command on the installation."""
    return partial(run, env={"TOLMACH_DATA": str(data)})
