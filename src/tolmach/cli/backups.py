"""``tolmach backup`` and ``restore``: a copy of everything durable while the gateway works, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.errors import CommandError
from tolmach.cli.opening import Data, load_settings
from tolmach.settings import Settings
from tolmach.store.backups import BackupError, Contents, look, restore_to, take
from tolmach.store.sqlite import SqliteFile

Copy = Annotated[Path, typer.Argument(metavar="DIRECTORY", help="Directory of the copy.")]


def backup(copy: Copy, data: Data = None) -> None:
    """Copy the database and the uploaded files into a new directory, also while the gateway works.

    The copy is of one moment, and is checked before the command ends.
    """
    settings = load_settings(data=data)
    if not _sqlite(settings).exists:
        raise CommandError(f"there is no database {settings.database}: name its directory with --data")
    try:
        _tell(take(settings.data, copy), "copied")
    except BackupError as error:
        raise CommandError(str(error)) from None


def restore(
    copy: Copy,
    force: Annotated[bool, typer.Option("--force", help="Put what is there aside and take its place.")] = False,
    data: Data = None,
) -> None:
    """Make an installation of a copy. The gateway must not run; what is there already is never deleted."""
    settings = load_settings(data=data)
    _sqlite(settings)
    try:
        aside = restore_to(copy, settings.data, force=force)
        _tell(look(settings.data), "restored")
    except BackupError as error:
        raise CommandError(str(error)) from None
    if aside is not None:
        console.warn(f"what was there is now in {aside}")


def _sqlite(settings: Settings) -> SqliteFile:
    place = settings.database
    if not isinstance(place, SqliteFile):
        raise CommandError("the database is on a server: use pg_dump and pg_restore (docs/operations/backup.md)")
    return place


def _tell(found: Contents, done: str) -> None:
    console.say(
        f"{done}: {found.messages} messages, {found.accounts} accounts, {found.files} files, {found.size} bytes"
    )
