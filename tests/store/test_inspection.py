"""What only whole tables tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import opened, seed
from tests.services.test_messages import post
from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store import callbacks, inspection, queue
from tolmach.store.callbacks import Callback
from tolmach.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path / "tolmach.sqlite") as database:
        database.write_now(seed)
        yield database


def test_a_sound_file(database: Database) -> None:
    assert database.read_now(database.place.check) == []


def test_a_damaged_file(database: Database, tmp_path: Path) -> None:
    post(database, "79161234500")
    database.write_now(lambda tx: tx.exec_driver_sql("PRAGMA writable_schema=ON"))
    # the index now stands on the first page of another table
    database.write_now(
        lambda tx: tx.exec_driver_sql("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'ix_messages_account_id_id'")
    )
    with opened(tmp_path / "tolmach.sqlite") as again:
        assert again.read_now(again.place.check) != []


def test_open_holds_are_those_of_live_messages(database: Database) -> None:
    assert database.read_now(inspection.open_holds) == {}
    post(database, "79161234500", "380671234500")
    assert database.read_now(inspection.open_holds) == {1: 30_000}
    database.write_now(lambda tx: queue.remove(tx, [10]))
    assert database.read_now(inspection.open_holds) == {1: 20_000}


def test_callbacks_by_state(database: Database) -> None:
    rows = [Callback(AccountId(1), 10, Status.SENT, 0, 0)] * 3
    database.write_now(lambda tx: callbacks.add(tx, rows))
    failed = rows[0]._replace(state="failed", id=1)
    database.write_now(lambda tx: callbacks.settle(tx, [failed]))
    assert database.read_now(inspection.callback_counts) == {"pending": 2, "failed": 1}
