"""``tolmach backup`` and ``restore``: a copy of everything durable while the gateway works, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.errors import CommandError
from tolmach.cli.opening import Data, load_settings
from tolmach.settings import Settings
from tolmach.store import dumps
from tolmach.store.backups import BackupError, Contents, look, restore_to, take
from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.sqlite import SqliteFile

Copy = Annotated[Path, typer.Argument(metavar="DIRECTORY", help="Directory of the copy.")]


def backup(copy: Copy, data: Data = None) -> None:
    """Copy the database and the uploaded files into a new directory, also while the gateway works.

    The copy is of one moment, and is checked before the command ends.
    """
    settings = load_settings(data=data)
    place = settings.database
    if not place.exists:
        raise CommandError(f"there is no database {place}: name its directory with --data")
    try:
        _tell(take(settings.data, copy) if isinstance(place, SqliteFile) else _dump(place, settings, copy), "copied")
    except BackupError as error:
        raise CommandError(str(error)) from None


def restore(
    copy: Copy,
    force: Annotated[bool, typer.Option("--force", help="Put what is there aside and take its place.")] = False,
    data: Data = None,
) -> None:
    """Make an installation of a copy. The gateway must not run; what is there already is never deleted."""
    settings = load_settings(data=data)
    place = settings.database
    if not copy.is_dir():
        raise CommandError(f"there is no directory {copy}")
    try:
        if isinstance(place, PostgresqlServer):
            settings.data.mkdir(parents=True, exist_ok=True)
            aside = dumps.restore_to(copy, place, settings.data, force=force)
            _tell(dumps.look(place, copy), "restored")
        else:
            folder = restore_to(copy, settings.data, force=force)
            aside = [] if folder is None else [str(folder)]
            _tell(look(settings.data), "restored")
    except BackupError as error:
        raise CommandError(str(error)) from None
    for where in aside:
        console.warn(f"what was there is now in {where}")


def _dump(place: Place, settings: Settings, copy: Path) -> Contents:
    assert isinstance(place, PostgresqlServer)
    return dumps.take(place, settings.data, copy)


def _tell(found: Contents, done: str) -> None:
    console.say(
        f"{done}: {found.messages} messages, {found.accounts} accounts, {found.files} files, {found.size} bytes"
    )
