"""Bring a database to the schema that this version needs, while gateways may be working on it.

PostgreSQL is migrated step by step, each migration a transaction (or several) of its own. What needs a table for itself
waits for it two seconds at most, so that nobody queues up behind it for longer, and tries again. A schema that is newer
than this version is good enough for it as long as its migrations only added what this version need not know: they
write down the oldest version that can work with what they made (the counter ``code``).
"""

import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from tolmach.store import counters, partitions
from tolmach.store.database import Database, Tx
from tolmach.store.flavours import flavour
from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.sqlite import SqliteFile

ATTEMPTS: Final = 60
PAUSE_SECONDS: Final = 1.0
LOCK_SECONDS = 2.0
CODE = "code"

_SCRIPTS = Path(__file__).parent / "migrations"


class MigrationError(Exception):
    """The database cannot be migrated; the text tells the operator why and what to do."""


class Standing(Enum):
    """How a schema stands to this version."""

    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"  # and good enough
    TOO_NEW = "too new"


FIT = (Standing.CURRENT, Standing.NEWER)


def upgrade(where: Path | Place, pause: Callable[[float], None] = time.sleep) -> bool:
    """Create or upgrade a database; return whether anything had to be done. MigrationError."""
    database = _opened(where)
    try:
        found = database.read_now(_standing)
        if found is Standing.TOO_NEW:
            raise MigrationError(f"{database.place} has been migrated by a newer version, which this one cannot follow")
        if found in FIT:
            return False
        if isinstance(database.place, PostgresqlServer):
            return _step_by_step(database.place, pause)
        return database.write_now(_migrate)
    finally:
        database.close()


def is_current(where: Path | Place) -> bool:
    """Tell whether the database exists and this version can work with its schema."""
    return standing(where) in FIT


def standing(where: Path | Place) -> Standing:
    """Tell how the schema of a database stands to this version."""
    place = SqliteFile(where) if isinstance(where, Path) else where
    if not place.exists:
        return Standing.OLDER
    database = Database(place)
    try:
        return database.read_now(_standing)
    finally:
        database.close()


def newest() -> str:
    """Return the revision that this version needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _standing(tx: Tx) -> Standing:
    revision = _revision(tx)
    if revision == newest():
        return Standing.CURRENT
    if revision is None or int(revision) < int(newest()):
        return Standing.OLDER
    return Standing.NEWER if counters.value(tx, CODE) <= int(newest()) else Standing.TOO_NEW


def _step_by_step(place: PostgresqlServer, pause: Callable[[float], None]) -> bool:
    with place.alone_in("migrations", lock_seconds=LOCK_SECONDS) as connection:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _migrate(connection)
            except DBAPIError as error:
                connection.rollback()
                if not isinstance(error.orig, errors.LockNotAvailable | errors.DeadlockDetected):
                    raise
                if attempt == ATTEMPTS:
                    raise MigrationError(
                        f"{place}: a table is in use all the time; end long transactions, and run this again"
                    ) from None
                pause(PAUSE_SECONDS)
    raise AssertionError("unreachable")


def _migrate(tx: Tx) -> bool:
    """Run what is missing; who came at the same time has waited, and finds it done."""
    flavour(tx).lock(tx, "migrations")
    if _revision(tx) == newest():
        return False
    if tx.dialect.name == "postgresql":
        tx.commit()  # each migration is a transaction of its own
    config = _config()
    config.attributes["connection"] = tx
    command.upgrade(config, "head")
    if tx.dialect.name == "postgresql":
        with tx.begin():
            partitions.make_ahead(tx)
    return True


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
