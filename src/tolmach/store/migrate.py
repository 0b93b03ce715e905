"""Bring a database to the schema that this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tolmach.store.database import Database, Tx
from tolmach.store.flavours import flavour
from tolmach.store.place import Place
from tolmach.store.sqlite import SqliteFile

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(where: Path | Place) -> bool:
    """Create or upgrade a database; return whether anything had to be done."""
    database = _opened(where)

    def run(tx: Tx) -> bool:
        flavour(tx).lock(tx, "migrations")  # who comes at the same time waits, and finds them done
        if _revision(tx) == newest():
            return False
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
        return True

    try:
        return False if database.read_now(_revision) == newest() else database.write_now(run)
    finally:
        database.close()


def is_current(where: Path | Place) -> bool:
    """Tell whether the database exists and has the newest schema."""
    place = SqliteFile(where) if isinstance(where, Path) else where
    if not place.exists:
        return False
    database = Database(place)
    try:
        return database.read_now(_revision) == newest()
    finally:
        database.close()


def newest() -> str | None:
    """Return the revision that this version needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _opened(where: Path | Place) -> Database:
    place = SqliteFile(where) if isinstance(where, Path) else where
    place.prepare()
    return Database(place)


def _revision(tx: Tx) -> str | None:
    return MigrationContext.configure(tx).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
