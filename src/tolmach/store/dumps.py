"""Backups of an installation on PostgreSQL: a dump by the server's own tools, and the files that it names.

The dump is of one moment, that of the counts and checks that are made beside it. A restore happens in one transaction;
tables that are there already are put aside in a schema of their own, never deleted. Passwords go to the tools by their
environment: others can read command lines.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tolmach.store import leaving
from tolmach.store.backups import FILES, BackupError, Contents, copy_files, give, making
from tolmach.store.durable import sync, sync_all
from tolmach.store.postgresql import DEFAULTS, PostgresqlServer

DUMP: Final = "tolmach.dump"
_UNFINISHED: Final = ".part"
_PROGRAMS: Final = Path("/usr/lib/postgresql")  # where Debian keeps them
_WRONG: Final = (
    "SELECT count(*) FROM balances AS b WHERE (b.available, b.held) != (SELECT coalesce(sum(available), 0),"
    " coalesce(sum(held), 0) FROM ledger WHERE ledger.account_id = b.account_id)"
)


def take(place: PostgresqlServer, data: Path, copy: Path) -> Contents:
    """Copy an installation into a directory that does not exist yet, and check the copy; BackupError."""
    with making(copy, psycopg.Error) as made:
        with _moment(place) as (connection, snapshot):
            messages, accounts, names = _counted(connection, place)
            schema = connection.execute("SELECT current_schema()").fetchone()
            how = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            assert schema is not None
            _run(place, "pg_dump", *how, f"--schema={_quoted(schema[0])}", f"--file={made / DUMP}")
        copy_files(data, made)
        _look(made, names)
    return Contents(messages, accounts, len(names), (copy / DUMP).stat().st_size)


def restore_to(copy: Path, place: PostgresqlServer, data: Path, *, force: bool) -> Sequence[str]:
    """Make an installation of a copy; return where what was there has been put. BackupError."""
    if not (copy / DUMP).is_file():
        raise BackupError(f"{copy} has no {DUMP}: it is no copy of an installation on PostgreSQL")
    _look(copy, ())
    try:
        return [*_tables(copy, place, force=force), *_files(copy, data)]
    except (OSError, psycopg.Error) as error:
        raise BackupError(f"{copy} cannot be restored: {error}") from error


def look(place: PostgresqlServer, copy: Path) -> Contents:
    """Count what an installation has; BackupError when its ledger is not its balances."""
    with _moment(place) as (connection, _):
        messages, accounts, names = _counted(connection, place)
    return Contents(messages, accounts, len(names), (copy / DUMP).stat().st_size)


@contextmanager
def _moment(place: PostgresqlServer) -> Iterator[tuple["psycopg.Connection[Any]", str]]:
    """Yield a connection that sees one moment, and what that is called for others who want to see it.

    Partitions stay meanwhile: a dump names all that were there at that moment, and locks them only when it begins.
    """
    with place.connect() as connection:
        connection.execute("SET lock_timeout = 0")
        connection.execute(f"SELECT pg_advisory_lock_shared({leaving.ALONE})")
        connection.execute("SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '30s'")
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None
            yield connection, str(row[0])


def _quoted(schema: str) -> str:
    """Return a schema as a pattern that only it meets: capitals and signs mean something else there."""
    return '"' + schema.replace('"', '""') + '"'


def _counted(connection: "psycopg.Connection[Any]", place: PostgresqlServer) -> tuple[int, int, list[str]]:
    """Return the numbers of messages and accounts, and the names of files."""
    wrong, messages, accounts = (
        int(connection.execute(asked).fetchone()[0])  # type: ignore[index]
        for asked in (_WRONG, "SELECT count(*) FROM messages", "SELECT count(*) FROM accounts")
    )
    if wrong:
        raise BackupError(f"{place}: the ledger of {wrong} accounts is not their balance")
    return messages, accounts, [str(row[0]) for row in connection.execute("SELECT stored FROM files")]


def _look(copy: Path, names: Sequence[str]) -> None:
    """Read a dump to its end, and miss no file."""
    _run(None, "pg_restore", f"--file={os.devnull}", str(copy / DUMP))
    missing = [name for name in names if not (copy / FILES / name).is_file()]
    if missing:
        raise BackupError(f"{copy} lacks {len(missing)} of the files that its database names, as {missing[0]}")


def _tables(copy: Path, place: PostgresqlServer, *, force: bool) -> list[str]:
    """Restore the tables; return the schema in which those that were there are now."""
    with place.connect() as connection:
        here = _one(connection, "SELECT current_schema()")
        if not int(_one(connection, _KNOWN)):
            _restore(copy, place)
            return []
        if not force:
            raise BackupError(f"{place} has tables already: --force puts them aside")
        if _one(connection, "SELECT to_regclass('leases') IS NOT NULL") == "True" and int(_one(connection, _AT_WORK)):
            raise BackupError(f"a gateway works on {place}: stop it first")
        aside = f"before_restore_{1 + int(_one(connection, _EARLIER))}"
        names = {"here": sql.Identifier(here), "aside": sql.Identifier(aside)}
        with connection.transaction():
            connection.execute(sql.SQL("ALTER SCHEMA {here} RENAME TO {aside}").format(**names))
            connection.execute(sql.SQL("CREATE SCHEMA {here}").format(**names))
        try:
            _restore(copy, place)
        except BaseException:  # also an interruption: nobody would put it back later
            with connection.transaction():
                connection.execute(sql.SQL("DROP SCHEMA {here}").format(**names))
                connection.execute(sql.SQL("ALTER SCHEMA {aside} RENAME TO {here}").format(**names))
            raise
        return [f"the schema {aside}"]


_KNOWN: Final = "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
_AT_WORK: Final = "SELECT count(*) FROM leases WHERE ends_at > extract(epoch FROM clock_timestamp()) * 1000"
_EARLIER: Final = (
    "SELECT coalesce(max(substring(nspname FROM 16)::int), 0) FROM pg_namespace"
    " WHERE nspname ~ '^before_restore_[0-9]+$'"
)


def _one(connection: "psycopg.Connection[Any]", asked: str) -> str:
    row = connection.execute(asked).fetchone()
    assert row is not None
    return str(row[0])


def _restore(copy: Path, place: PostgresqlServer) -> None:
    """Restore everything but the schema itself, which is there."""
    listed = _run(None, "pg_restore", "--list", str(copy / DUMP)).splitlines()
    wanted = [line for line in listed if " SCHEMA - " not in line]
    with TemporaryDirectory() as folder:  # the copy may be where nothing can be written
        chosen = Path(folder) / "list"
        chosen.write_text("\n".join(wanted))
        how = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--use-list={chosen}"]
        _run(place, "pg_restore", *how, str(copy / DUMP))


def _files(copy: Path, data: Path) -> list[str]:
    """Put the files in their place; return where those that were there are now."""
    if not (copy / FILES).is_dir():
        return []
    unfinished, aside = data / f"{FILES}{_UNFINISHED}", list[str]()
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(copy / FILES, unfinished)
    give(unfinished, data)
    sync_all(unfinished)
    if (data / FILES).is_dir() and any((data / FILES).iterdir()):
        number = 1
        while (old := data / f"{FILES}.before-restore-{number}").exists():
            number += 1
        (data / FILES).rename(old)
        aside.append(str(old))
    elif (data / FILES).is_dir():
        (data / FILES).rmdir()
    unfinished.rename(data / FILES)
    sync(data)
    return aside


def _run(place: PostgresqlServer | None, name: str, *arguments: str) -> str:
    """Run one of PostgreSQL's tools, on a database if one is given; BackupError with what it said."""
    environment, where = dict(os.environ), list[str]()
    if place is not None:
        known = {**DEFAULTS, **conninfo_to_dict(place.url)}
        password = known.pop("password", None)
        if password:
            environment["PGPASSWORD"] = str(password)
        where = [f"--dbname={make_conninfo('', **known)}"]
    done = subprocess.run(  # noqa: S603 - our own arguments
        [_program(name), *where, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise BackupError(f"{name}: {said[0]}")
    return done.stdout


def _program(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    installed = sorted(_PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    if not installed:
        raise BackupError(f"{name} is not installed: it comes with PostgreSQL's client programs")
    return str(installed[-1])
