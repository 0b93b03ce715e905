"""Backups of an installation on SQLite: the database at one moment, and the files that it names.

The database is copied with SQLite's own online backup in one step, so that the copy is of one moment however much is
written meanwhile; nobody who writes waits for it. Files are copied after it, so that all that it names are there. A
copy is made under another name and takes its own when it is whole and has been checked.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tolmach.store import lockfile
from tolmach.store.durable import sync, sync_all

DATABASE, FILES = "tolmach.sqlite", "files"
_UNFINISHED = ".part"
_COUNTS = ("SELECT count(*) FROM messages", "SELECT count(*) FROM accounts")


class BackupError(Exception):
    """It cannot be copied or restored; the text tells the operator why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What an installation or a copy has; ``size`` is that of the database in bytes."""

    messages: int
    accounts: int
    files: int
    size: int


def take(data: Path, copy: Path) -> Contents:
    """Copy an installation into a directory that does not exist yet, and check the copy; BackupError."""
    with making(copy, sqlite3.Error) as place:
        _copy_database(data / DATABASE, place / DATABASE)
        copy_files(data, place)
        return look(place)


@contextmanager
def making(copy: Path, trouble: type[Exception]) -> Iterator[Path]:
    """Yield the directory that a copy is made in; it becomes the copy once all of it is on the disk, or goes.

    BackupError when there is something at ``copy``, when it cannot be written, and for the ``trouble`` of a database.
    """
    if copy.exists():
        raise BackupError(f"{copy} exists already: name a new directory")
    place = copy.with_name(copy.name + _UNFINISHED)
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.mkdir(mode=0o700, parents=True)
        yield place
        sync_all(place)
        place.rename(copy)
        sync(copy.parent)
    except (OSError, trouble) as error:
        raise BackupError(f"{copy} cannot be written: {error}") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def copy_files(data: Path, place: Path) -> None:
    """Copy the accounts' files, if there are any, without those that are still being uploaded."""
    if (data / FILES).is_dir():
        shutil.copytree(data / FILES, place / FILES, ignore=shutil.ignore_patterns("*.part"))


def look(place: Path) -> Contents:
    """Check a copy or an installation and count what it has; BackupError when it is not sound."""
    path = place / DATABASE
    if not path.is_file():
        raise BackupError(f"{place} has no {DATABASE}: it is no copy of an installation")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as tables:
            _check(place, tables)
            messages, accounts = (tables.execute(question).fetchone()[0] for question in _COUNTS)
            names = [row[0] for row in tables.execute("SELECT stored FROM files")]
    except sqlite3.Error as error:
        raise BackupError(f"{path} is damaged: {error}") from error
    missing = [name for name in names if not (place / FILES / name).is_file()]
    if missing:
        raise BackupError(f"{place} lacks {len(missing)} of the files that its database names, as {missing[0]}")
    return Contents(messages, accounts, len(names), path.stat().st_size)


def restore_to(copy: Path, data: Path, *, force: bool) -> Path | None:
    """Make an installation of a copy; return where what was there has been put. BackupError.

    With ``force`` what is there is put aside, never deleted.
    """
    look(copy)
    if (data / DATABASE).exists() and not force:
        raise BackupError(f"{data} has a database already: --force puts it aside")
    unfinished = data.with_name(data.name + _UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        shutil.copytree(copy, unfinished)
        give(unfinished, data)
        sync_all(unfinished)
        aside = _put_aside(data) if data.exists() else None
        unfinished.rename(data)
        sync(data.parent)
    except BackupError:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise BackupError(f"{data} cannot be written: {error}") from error
    return aside


def give(made: Path, like: Path) -> None:
    """Have root give a directory and all in it to the owner of another one: the gateway is often another user."""
    if os.geteuid() != 0 or not like.exists():
        return
    owner = like.stat()
    for path in [made, *made.rglob("*")]:
        os.chown(path, owner.st_uid, owner.st_gid)


def _copy_database(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as ours,
        closing(sqlite3.connect(target)) as theirs,
    ):
        ours.backup(theirs, pages=-1)
        theirs.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it


def _check(place: Path, tables: sqlite3.Connection) -> None:
    """A sound file, and a ledger that is the sum of the balances."""
    found = [str(row[0]) for row in tables.execute("PRAGMA quick_check(3)")]
    if found != ["ok"]:
        raise BackupError(f"{place / DATABASE} is damaged: {'; '.join(found)}")
    wrong = tables.execute(
        "SELECT count(*) FROM balances WHERE (available, held) != (SELECT coalesce(sum(ledger.available), 0),"
        " coalesce(sum(ledger.held), 0) FROM ledger WHERE ledger.account_id = balances.account_id)"
    ).fetchone()[0]
    if wrong:
        raise BackupError(f"{place / DATABASE}: the ledger of {wrong} accounts is not their balance")


def _put_aside(data: Path) -> Path:
    """Rename a directory whose gateway does not run."""
    with lockfile.hold(data / lockfile.GATEWAY, BackupError(f"a gateway runs on {data}: stop it first")):
        number = 1
        while (aside := data.with_name(f"{data.name}.before-restore-{number}")).exists():
            number += 1
        data.rename(aside)
    return aside
