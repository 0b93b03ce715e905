"""``tolmach link add`` and ``remove``: links besides those of the settings, while the gateway runs."""

import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from tolmach.cli import console, linkstates
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.opening import Data, database, load_settings, now
from tolmach.core.links import check_names
from tolmach.services import addedlinks
from tolmach.settings import read_link


def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML as in the settings; - for standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check it, store nothing.")] = False,
    data: Data = None,
) -> None:
    """Add links besides those of the settings; a running gateway connects them within a second or two.

    The file holds one link, or a table [[links]] for each, with the same names and checks as in the settings.
    """
    settings = load_settings(data=data)
    links = [(read_link(table), table) for table in _tables(file)]
    check_names([link for link, _ in links])
    configured = [link.name for link in settings.links]
    with database(data) as store:
        stored = [(link.name, orjson.dumps(table).decode()) for link, table in links]
        if not dry_run:
            store.write_now(lambda tx: addedlinks.add_all(tx, stored, configured, now()))
    for link, _ in links:
        console.say(f"{link.name} {'can be' if dry_run else 'is'} added")


def remove(name: linkstates.Name, data: Data = None) -> None:
    """Remove a link that was added. It is sent nothing more, and ends when what it has in hand is answered.

    Receipts that come later are not taken by anybody: messages that wait for one end as unknown.
    """
    settings = load_settings(data=data)
    with database(data) as store:
        configured = [link.name for link in settings.links]
        waiting = store.write_now(lambda tx: addedlinks.remove(tx, name, configured, now()))
    console.say(f"{name} is being removed; parts that still wait for its receipts: {waiting}")


def _tables(file: Path) -> list[dict[str, Any]]:
    """Return the tables of a file."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}", MISUSED) from None
    tables = content.get("links", [content])
    if not isinstance(tables, list) or (content.keys() - {"links"} and "links" in content):
        raise CommandError(f"{file}: it should hold one link, or tables [[links]] and nothing else", MISUSED)
    return tables
