"""Bring a database to the schema that this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tolmach.store.database import Database, Tx

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(path: Path) -> bool:
    """Create or upgrade the SQLite file; return whether anything had to be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_current(path):
        return False
    database = Database(path)

    def run(tx: Tx) -> None:
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")

    try:
        database.write_now(run)
    finally:
        database.close()
    return True


def is_current(path: Path) -> bool:
    """Tell whether the file exists and has the newest schema."""
    if not path.exists():
        return False
    database = Database(path)
    try:
        with database.reader.begin() as connection:
            return MigrationContext.configure(connection).get_current_revision() == newest()
    finally:
        database.close()


def newest() -> str | None:
    """Return the revision that this version needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
