from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from tolmach.core.ids import AccountId
from tolmach.store import migrate, registrations
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place
from tolmach.store.schema import metadata

OBJECTS = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")


def objects(tx: Tx) -> dict[str, list[str]]:
    """Return the words that made each table and index, in no order: a constraint may stand anywhere."""
    return {name: sorted(sql.replace(",", " ").split()) for name, sql in tx.execute(OBJECTS)}


def test_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    def differences(tx: Tx) -> list[object]:
        context = MigrationContext.configure(tx)
        return list(compare_metadata(context, metadata))

    assert database.read_now(differences) == []


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
