from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import NOON
from tests.databases import Databases, SqliteDatabases, place_of
from tests.gateway import install


@pytest.fixture
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A data directory with a database of a kind, without anything in it; `tests.databases.place_of` finds it."""
    kind: Databases = SqliteDatabases() if request.param == "sqlite" else request.getfixturevalue("server")
    kind.new(tmp_path)
    yield tmp_path
    kind.sweep()


@pytest.fixture
def installed(blank: Path) -> Path:
    """The same with the demonstration's account."""
    install(place_of(blank), NOON)
    return blank
