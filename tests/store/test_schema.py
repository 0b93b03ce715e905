import pytest
from sqlalchemy import Table, text

from tolmach.store.database import Database
from tolmach.store.schema import metadata

# rows that are found by their key alone and are short: the key is the table
CLUSTERED = {
    "import_errors",
    "client_keys",
    "costs",
    "counters",
    "greetings",
    "hour_sums",
    "legs",
    "parts",
    "stops",
    "subscribers",
    "moderation_words",
}


@pytest.mark.sqlite
def test_tables_that_are_their_key(database: Database) -> None:
    asked = text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%'")
    assert database.read_now(lambda tx: set(tx.execute(asked).scalars())) == CLUSTERED
    declared = {table.name for table in metadata.sorted_tables if not table.dialect_options["sqlite"]["with_rowid"]}
    assert declared == CLUSTERED


def floats(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.type.python_type not in (int, str, bool, bytes)]


def test_there_is_no_float_in_the_store() -> None:
    assert {table.name: floats(table) for table in metadata.sorted_tables if floats(table)} == {}


def test_every_index_and_constraint_has_a_name() -> None:
    for table in metadata.sorted_tables:
        assert all(index.name for index in table.indexes)
        assert all(constraint.name for constraint in table.constraints), table.name
