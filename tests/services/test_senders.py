"""Senders as an operator decides on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import NOON, opened, seed
from tolmach.services import senders
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.senders import Listed
from tolmach.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path / "tolmach.sqlite") as database:
        database.write_now(seed)
        yield database


def test_decisions(database: Database) -> None:
    database.write_now(lambda tx: senders.add(tx, "demo", "Shop", NOON))
    decided = database.write_now(lambda tx: senders.decide(tx, "demo", "Shop", NOON, approved=True))
    assert decided == Listed("demo", "Shop", "completed", default=False)
    decided = database.write_now(lambda tx: senders.decide(tx, "demo", "Tolmach", NOON, approved=False))
    assert decided == Listed("demo", "Tolmach", "rejected", default=True)
    found = database.read_now(senders.listing)
    assert {one.name: one.state for one in found} == {"Shop": "completed", "Tolmach": "rejected", "INFORM": "completed"}


def test_what_is_refused(database: Database) -> None:
    with pytest.raises(ConflictError):
        database.write_now(lambda tx: senders.add(tx, "demo", "INFORM", NOON))
    with pytest.raises(BadValueError):
        database.write_now(lambda tx: senders.add(tx, "demo", "", NOON))
    with pytest.raises(NotFoundError):
        database.write_now(lambda tx: senders.decide(tx, "demo", "Shop", NOON, approved=True))
