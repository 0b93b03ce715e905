"""The tables of the sandbox's file."""

import sqlite3

import pytest

from tolmach.sandbox.storage_schema import StorageError, prepare


def columns(connection: sqlite3.Connection) -> list[str]:
    return [row[1] for row in connection.execute("PRAGMA table_info(message)")]


def test_a_file_is_prepared_once() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    assert prepare(connection) == prepare(connection)


def test_every_earlier_version_comes_to_the_same_columns() -> None:
    new = sqlite3.connect(":memory:", isolation_level=None)
    prepare(new)
    lacks = {3: ["raw"], 2: ["content", "raw"], 1: ["ids", "smpp", "content", "raw"]}
    for version, missing in lacks.items():
        old = sqlite3.connect(":memory:", isolation_level=None)
        prepare(old)
        for name in missing:
            old.execute(f"ALTER TABLE message DROP COLUMN {name}")
        old.execute(f"PRAGMA user_version = {version}")
        prepare(old)
        assert columns(old) == columns(new)


def test_a_file_of_a_later_version_is_left_alone() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    prepare(connection)
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="version 99"):
        prepare(connection)
