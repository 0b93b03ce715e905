from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.databases import place_of
from tests.workers.stage import Stage
from tolmach.store.database import Database


@pytest.fixture
def stage(installation: Path) -> Iterator[Stage]:
    """The demonstration's installation, opened at noon."""
    database = Database(place_of(installation))
    yield Stage(database, FakeClock())
    database.close()
