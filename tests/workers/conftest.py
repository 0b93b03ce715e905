from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.databases import place_of
from tests.workers.stage import Stage
from tolmach.services.access import Principal
from tolmach.store import accounts
from tolmach.store.database import Database
from tolmach.workers.bell import Bells
from tolmach.workers.intake import IntakeWorker


@pytest.fixture
def stage(installation: Path) -> Iterator[Stage]:
    """The demonstration's installation, opened at noon."""
    database = Database(place_of(installation))
    yield Stage(database, FakeClock())
    database.close()


@pytest.fixture
def intake(stage: Stage) -> IntakeWorker:
    """Return what takes commands in; nobody runs it yet."""
    return IntakeWorker(stage.database, stage.catalogue, stage.clock, Bells())


@pytest.fixture
def caller(stage: Stage) -> Principal:
    """Return who signed in as demo."""
    account = stage.database.read_now(lambda tx: accounts.by_login(tx, "demo"))
    assert account is not None
    return Principal(account.id, account.password_hash, "127.0.0.1", open_to_blocked=False, digest=b"")
