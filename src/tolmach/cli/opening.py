"""How a command comes to its settings and to the database that the gateway may be using at the same time."""

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tolmach.cli.errors import MISUSED, CommandError
from tolmach.environment import unknown
from tolmach.settings import Settings
from tolmach.store import migrate
from tolmach.store.database import Database
from tolmach.store.place import CHANGED

COMMAND = "command"
"""Who tells processes of a gateway that something has changed: no process is called so."""

DEFAULT = "default"
"""What an option says to take a value of its own away, so that the one of the settings holds."""

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIRECTORY", help="Directory of the database.", envvar="TOLMACH_DATA"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Login of the account.")]


def now() -> datetime:
    """Return the current moment in UTC."""
    return datetime.now(UTC)


def load_settings(**given: Any) -> Settings:
    """Read the settings; what is ``given`` and not None wins.

    CommandError for a file that cannot be read, and for names in the environment that look like settings and are none.
    """
    strange = unknown(os.environ)
    if strange:
        raise CommandError("; ".join(strange), MISUSED)
    path = os.environ.get("TOLMACH_CONFIG")
    if path and not Path(path).is_file():
        raise CommandError(f"TOLMACH_CONFIG: there is no file {path}", MISUSED)
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}", MISUSED) from None


def migration(settings: Settings) -> str:
    """Return the command that migrates the database; where a server has it, no folder matters."""
    return "tolmach migrate" if settings.database_url else f"tolmach migrate --data {settings.data}"


@contextmanager
def database(data: Path | None) -> Iterator[Database]:
    """Open the database of an installation; CommandError when there is none or it has to be migrated."""
    settings = load_settings(data=data)
    place = settings.database
    if not place.exists:
        raise CommandError(f"there is no database {place}: name its directory with --data, or run `tolmach migrate`")
    if not migrate.is_current(place):
        raise CommandError(f"{place} lacks migrations: run `{migration(settings)}`")
    opened = Database(place)
    try:
        yield opened
        if opened.wrote:
            opened.write_now(lambda tx: place.notify(tx, f"{COMMAND} {CHANGED}"))  # processes that sleep look at once
    finally:
        opened.close()
