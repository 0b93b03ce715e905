from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, text

from tests.databases import PostgresqlDatabases
from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store import callbacks, counters, migrate, partitions, parts, registrations
from tolmach.store.callbacks import Callback
from tolmach.store.database import Database, Tx
from tolmach.store.partitions import Span
from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.schema import PARTITIONED, metadata

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


OLD = """
    INSERT INTO accounts (id, login, client_number, password_hash, time_zone, currency, created_at)
        VALUES (3, 'demo', 1, '', 'UTC', 'RUB', 1);
    INSERT INTO counters (name, value) VALUES ('messages', 6000000);
    INSERT INTO messages (id, account_id, dialect, client_key, recipient, label, plan, charge_on, accepted_at, due_at)
        SELECT n * 10, 3, 'prontosms', '', '79030000000', '', '[]', 'sent', 1, 1 FROM generate_series(1, 50) AS n;
    INSERT INTO legs (message_id, step, account_id, status, reason, link, charged, claimed_at, changed_at, uncertain)
        SELECT n * 10, 1, 3, 'sent', '', 'a link', 0, 1, 1, false FROM generate_series(1, 50) AS n;
    INSERT INTO parts (link, provider_id, message_id, step, number, status, changed_at)
        SELECT 'a link', n, n * 10, 1, 1, 'sent', 1 FROM generate_series(1, 50) AS n;
    INSERT INTO callbacks (account_id, message_id, status, changed_at, due_at, attempts, state, error)
        SELECT 3, n * 10, 'sent', 1, 1, 0, 'pending', '' FROM generate_series(1, 50) AS n"""


def test_tables_of_an_older_server_become_the_first_partitions(server: PostgresqlDatabases, tmp_path: Path) -> None:
    place = server.new(tmp_path)
    assert isinstance(place, PostgresqlServer)
    database = Database(place)
    database.write_now(lambda tx: command.upgrade(to_revision(tx), "0017"))
    files = "SELECT pg_relation_filenode('{}')"
    with place.connect() as connection:
        for statement in OLD.split(";"):
            connection.execute(statement)
        before = [connection.execute(files.format(name)).fetchone() for name in PARTITIONED]
    assert migrate.upgrade(place)
    with place.connect() as connection:
        assert [connection.execute(files.format(f"{name}_p0")).fetchone() for name in PARTITIONED] == before

    def rows(tx: Tx) -> list[int]:
        counted = (tx.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in PARTITIONED)
        return list(counted)

    assert database.read_now(rows) == [50] * 4
    assert database.read_now(partitions.spans)[0] == Span(0, 3 * partitions.SIZE * 10)
    assert {
        one.account for one in database.read_now(lambda tx: parts.by_provider_id(tx, "a link", ["7", "50"])).values()
    } == {3}
    database.write_now(lambda tx: callbacks.add(tx, [Callback(AccountId(3), 10, Status.DELIVERED, 1, 1)]))
    assert [one.id for one in database.read_now(lambda tx: callbacks.of_message(tx, 10))] == [1, 51]
    database.close()


def to_revision(tx: Tx) -> Config:
    """Return how Alembic is told to work on a transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = tx
    return config


def test_numbers_of_migrations_grow_along_their_chain() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    chain = [int(one.revision) for one in ScriptDirectory.from_config(config).walk_revisions()]
    assert chain == sorted(chain, reverse=True)  # by the number it is told which of two schemas is newer


def test_a_newer_schema_is_good_enough_unless_it_says_otherwise(place: Place) -> None:
    database = Database(place)
    database.write_now(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9998'")).rowcount)
    assert migrate.standing(place) is migrate.Standing.NEWER
    assert migrate.is_current(place)
    assert not migrate.upgrade(place)
    database.write_now(lambda tx: counters.put(tx, migrate.CODE, 9997))
    database.close()
    assert migrate.standing(place) is migrate.Standing.TOO_NEW
    assert not migrate.is_current(place)
    with pytest.raises(migrate.MigrationError, match="a newer version"):
        migrate.upgrade(place)


def test_a_table_in_use_is_waited_for_in_turns(
    server: PostgresqlDatabases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = server.new(tmp_path)
    assert isinstance(place, PostgresqlServer)
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.01)
    database = Database(place)
    database.write_now(lambda tx: command.upgrade(to_revision(tx), "0017"))
    with place.connect() as user, user.transaction():
        user.execute("SELECT FROM messages")
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 3:
                user.execute("COMMIT")

        assert migrate.upgrade(place, pause)
    assert len(pauses) == 3
    database.close()


def test_indexes_of_tables_with_rows_are_built_while_others_write(server: PostgresqlDatabases, tmp_path: Path) -> None:
    """From the migration on since which this is looked at; docs/operations/upgrades.md has the rule."""
    place = server.new(tmp_path)
    assert isinstance(place, PostgresqlServer)
    with place.alone_in("migrations", lock_seconds=2) as connection:
        command.upgrade(to_revision(connection), "0033")
        connection.commit()
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        assert migrate.upgrade(place)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    made = {words[2] for words in map(str.split, said) if words[:2] == ["CREATE", "TABLE"]}
    built = [words for words in map(str.split, said) if words[0] == "CREATE" and "INDEX" in words[:3]]
    assert built
    assert [words for words in built if "CONCURRENTLY" not in words and words[words.index("ON") + 1] not in made] == []


def test_senders_of_an_older_installation_get_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "tolmach.sqlite"
    database = Database(path)

    def older(tx: Tx) -> None:
        command.upgrade(to_revision(tx), "0004")
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
