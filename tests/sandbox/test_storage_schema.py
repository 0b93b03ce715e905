"""The tables of the sandbox's file."""

import sqlite3
from pathlib import Path

import pytest

from tests.clock import NOON
from tests.sandbox.legs import arrival, sms
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.storage import Storage
from tolmach.sandbox.storage_schema import StorageError, prepare

LATER = {  # what each version has added
    2: ["ALTER TABLE message DROP COLUMN ids", "ALTER TABLE message DROP COLUMN smpp"],
    3: ["ALTER TABLE message DROP COLUMN content"],
    4: ["ALTER TABLE message DROP COLUMN raw"],
    5: [
        "DROP TABLE phone",
        "DROP INDEX message_waits",
        "ALTER TABLE message DROP COLUMN waits",
        "ALTER TABLE message DROP COLUMN pressed",
    ],
    6: ["DROP TABLE said"],
}


def downgrade(connection: sqlite3.Connection, version: int) -> None:
    for added, statements in LATER.items():
        for statement in statements if added > version else ():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")


def tables(connection: sqlite3.Connection) -> dict[str, object]:
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema ORDER BY name")]
    return {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in names}


def opened() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def test_a_file_is_prepared_once() -> None:
    connection = opened()
    assert prepare(connection) == prepare(connection)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_every_earlier_version_is_brought_up_to_date(version: int) -> None:
    new, old = opened(), opened()
    prepare(new)
    prepare(old)
    downgrade(old, version)
    assert tables(old) != tables(new)
    prepare(old)
    assert tables(old) == tables(new)


def test_messages_of_version_1_are_kept(tmp_path: Path) -> None:
    before = Storage(tmp_path / "sandbox.sqlite")
    (ids,) = before.take([arrival(sms("79161234500"))], NOON)
    downgrade(before.connection, 1)
    before.close()
    storage = Storage(tmp_path / "sandbox.sqlite")
    (message,) = storage.messages(MessageQuery())
    assert (message.provider_ids, message.smpp, message.outcome) == (ids, "", "silent")
    storage.close()


def test_a_file_of_a_later_version_is_left_alone() -> None:
    connection = opened()
    prepare(connection)
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="version 99"):
        prepare(connection)
