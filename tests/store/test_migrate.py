from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from tests.databases import PostgresqlDatabases
from tolmach.core.ids import AccountId
from tolmach.store import migrate, partitions, registrations
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place
from tolmach.store.schema import metadata

OBJECTS = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")


def objects(tx: Tx) -> dict[str, list[str]]:
    """Return the words that made each table and index, in no order: a constraint may stand anywhere."""
    return {name: sorted(sql.replace(",", " ").split()) for name, sql in tx.execute(OBJECTS)}


def test_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    def differences(tx: Tx) -> list[object]:
        cut = {one.name for one in partitions.found(tx)}

        def looked_at(_item: object, name: str | None, kind: str, *_: object) -> bool:
            longer = kind == "unique_constraint" and tx.dialect.name == "postgresql"  # see `test_down_to_the_catalogue`
            return name not in cut and not longer

        context = MigrationContext.configure(tx, opts={"include_object": looked_at})
        return list(compare_metadata(context, metadata))

    assert database.read_now(differences) == []


COLUMNS = """
    SELECT c.relname, c.relkind, pg_get_partkeydef(c.oid), a.attname, format_type(a.atttypid, a.atttypmod),
        a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND conparentid = 0 AND conrelid IN
        (SELECT oid FROM pg_class WHERE NOT relispartition)"""
INDEXED = """
    SELECT x.indrelid::regclass::text, pg_get_indexdef(x.indexrelid), x.indisvalid FROM pg_index AS x
    JOIN pg_class AS c ON c.oid = x.indrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition"""


def catalogue(tx: Tx) -> set[tuple[object, ...]]:
    """Return everything that PostgreSQL knows of columns, keys and indexes; partitions follow from their tables."""
    found = [tuple(row) for asked in (COLUMNS, CONSTRAINTS, INDEXED) for row in tx.execute(text(asked))]
    return {
        tuple(part.replace("public.", "") if isinstance(part, str) else part for part in row)
        for row in found
        if row[0] != "alembic_version"
    }


def test_down_to_the_catalogue(server: PostgresqlDatabases, tmp_path: Path) -> None:
    (tmp_path / "declared").mkdir()
    migrated, declared = server.new(tmp_path), server.new(tmp_path / "declared")
    migrate.upgrade(migrated)
    first, second = Database(migrated), Database(declared)
    second.write_now(metadata.create_all)
    assert first.read_now(catalogue) == second.read_now(catalogue)
    first.close()
    second.close()


@pytest.mark.sqlite
def test_down_to_the_words(database: Database) -> None:
    declared = create_engine("sqlite://")
    with declared.begin() as tx:
        metadata.create_all(tx)
        expected = objects(tx)
    declared.dispose()
    assert database.read_now(objects) == expected


def test_a_new_file_is_made_and_a_current_one_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "tolmach.sqlite"
    assert not migrate.is_current(path)
    assert not path.exists()
    assert migrate.upgrade(path)
    assert migrate.is_current(path)
    before = path.read_bytes()
    assert not migrate.upgrade(path)
    assert path.read_bytes() == before


def test_a_file_without_tables_is_not_current(tmp_path: Path) -> None:
    path = tmp_path / "tolmach.sqlite"
    path.touch()
    assert not migrate.is_current(path)
    assert migrate.upgrade(path)
    assert migrate.is_current(path)


def test_an_older_revision_is_not_current(place: Place) -> None:
    database = Database(place)
    database.write_now(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '0000'")).rowcount)
    database.close()
    assert not migrate.is_current(place)
    assert (migrate.newest() or "") > "0001"


def test_senders_of_an_older_installation_get_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "tolmach.sqlite"
    database = Database(path)

    def older(tx: Tx) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = tx
        command.upgrade(config, "0004")
        account = "INSERT INTO accounts (id, login, client_number, password_hash, time_zone, currency, created_at) "
        tx.execute(text(account + "VALUES (1, 'demo', 1, '', 'UTC', 'RUB', 1)"))
        tx.execute(text("INSERT INTO senders (account_id, name, state, created_at) VALUES (1, 'Shop', 'completed', 5)"))

    database.write_now(older)
    database.close()
    assert migrate.upgrade(path)
    database = Database(path)
    found = database.read_now(lambda tx: registrations.find(tx, AccountId(1), "Shop"))
    database.close()
    assert found is not None
    assert (found.id, found.state, found.created_at) == (1, "completed", 5)
