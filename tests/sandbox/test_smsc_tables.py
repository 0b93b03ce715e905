"""The SMSC's tables."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import NOON
from tests.sandbox.esme import message, parts
from tolmach.codecs import udh
from tolmach.sandbox import smsc_tables
from tolmach.sandbox.smsc_content import read
from tolmach.sandbox.smsc_message import Order
from tolmach.sandbox.smsc_tables import PATIENCE, Tables
from tolmach.sandbox.storage import MEMORY, Storage, StorageError

SECOND = timedelta(seconds=1)


@pytest.fixture
def storage() -> Iterator[Storage]:
    opened = Storage(MEMORY)
    yield opened
    opened.close()


@pytest.fixture
def tables(storage: Storage) -> Tables:
    return Tables(storage)


def order(*, after: int = 1, system: str = "demo", **fields: object) -> Order:
    return Order(system, read(message(**fields)).drafts, after * SECOND)  # type: ignore[arg-type]


def rows(tables: Tables, system: str = "demo", at: int = 9, limit: int = 10) -> list[int]:
    return [one.row for one in tables.exchange(system, [], [], NOON + at * SECOND, limit).receipts]


def test_receipts_come_by_their_moment_and_their_system(tables: Tables) -> None:
    taken = tables.take([order(after=3), order(after=1), order(system="other"), order(registered_delivery=0)], NOON)
    (late,), (early,), (others,), () = (one.receipts for one in taken)
    assert (rows(tables), rows(tables, limit=1), rows(tables, "other")) == ([early, late], [early], [others])
    due = tables.exchange("demo", [], [], NOON, 10)
    assert (due.receipts, due.next_at) == ([], NOON + SECOND)
    assert tables.counts() == ({"demo": 2, "other": 1}, 0)


def test_receipts_are_forgotten_or_put_off(tables: Tables) -> None:
    first, second = (one.receipts[0] for one in tables.take([order(), order()], NOON))
    due = tables.exchange("demo", [first], [(second, NOON + 5 * SECOND)], NOON + SECOND, 10)
    assert (due.receipts, due.next_at) == ([], NOON + 5 * SECOND)
    assert rows(tables) == [second]


def test_ids_and_rows_go_on_after_a_restart(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "sandbox.sqlite")
    (before,) = Tables(storage).take([order()], NOON)
    storage.close()
    storage = Storage(tmp_path / "sandbox.sqlite")
    (after,) = Tables(storage).take([order()], NOON)
    storage.close()
    assert (after.id, after.receipts) == (before.id + 1, [before.receipts[0] + 1])


def test_parts_wait_for_a_day(tables: Tables) -> None:
    first, second = parts([b"one", b"two"], lambda total, number: udh.header(udh.concatenation(1, total, number)))

    def take(one: object, after: timedelta) -> None:
        tables.take([Order("demo", read(one).drafts, SECOND)], NOON + after)  # type: ignore[arg-type]

    take(first, timedelta(0))
    take(message(), PATIENCE + timedelta(minutes=30))
    assert tables.counts()[1] == 0
    take(second, PATIENCE + timedelta(minutes=31))
    assert tables.counts()[1] == 1


def test_only_so_many_parts_are_remembered(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smsc_tables, "REMEMBERED", 2)
    ids = [tables.take([order()], NOON)[0].id for _ in range(4)]
    assert [tables.find("demo", one, NOON) is not None for one in ids] == [False, False, True, True]


def test_a_failure_stores_nothing(storage: Storage, tables: Tables) -> None:
    storage.connection.execute("DROP TABLE smsc_receipt")
    with pytest.raises(StorageError):
        tables.take([order()], NOON)
    assert storage.last_id() == 0
