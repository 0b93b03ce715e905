"""``tolmach db``: from the SQLite file of an installation to PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.opening import Data, database, load_settings
from tolmach.store import leases, lockfile, migrate, moving, partitions
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place
from tolmach.store.sqlite import SqliteFile

app = typer.Typer(name="db", help="Where an installation keeps its data.", no_args_is_help=True)


@app.command("copy", epilog="Example: tolmach db copy --data var/tolmach")
def copy(data: Data = None) -> None:
    """Copy everything of the SQLite file in --data to the PostgreSQL database that database_url names.

    The gateway must not run. The new database must be empty; it gets its tables first. Rows, sums of numbers and
    lengths of texts are compared, and nothing is there when they differ. The file stays as it is.
    """
    settings = load_settings(data=data)
    source, target = SqliteFile(settings.data / "tolmach.sqlite"), settings.database
    if isinstance(target, SqliteFile):
        raise CommandError("set TOLMACH_DATABASE_URL (or database_url in the settings) to the new database")
    if not source.exists or not migrate.is_current(source):
        raise CommandError(f"{source} is not there or lacks migrations: run `tolmach migrate` on it with this version")
    held = CommandError(f"a gateway runs on {settings.data}: stop it first")
    with lockfile.hold(settings.data / lockfile.GATEWAY, held):
        _migrated(target)
        counts = _move(source, target)
    console.say(f"{sum(counts.values())} rows of {len(counts)} tables are in {target} now, and nothing differs")


@app.command("partitions", epilog="Example: tolmach db partitions --messages 10000000")
def list_partitions(
    messages: Annotated[
        int | None, typer.Option("--messages", metavar="NUMBER", help="How many messages new partitions take.")
    ] = None,
    data: Data = None,
) -> None:
    """List the partitions that PostgreSQL keeps messages in, and say how many messages new ones take."""
    with database(data) as store:
        if messages is not None:
            try:
                store.write_now(lambda tx: partitions.set_size(tx, messages))
            except ValueError as error:
                raise CommandError(str(error), MISUSED) from None
        found = store.read_now(partitions.found)
        if not found:
            raise CommandError("the database is a file, which has no partitions: see docs/operations/retention.md")
        size = store.read_now(partitions.size)
    rows = [[p.table, str(p.first), str(p.end), str(p.rows), str(p.size), "leaves" if p.leaving else ""] for p in found]
    console.table(("table", "from id", "below id", "rows", "bytes", "state"), rows, right=("rows", "bytes"))
    console.say(f"new partitions take {size} messages")


def _migrated(place: Place) -> None:
    try:
        migrate.upgrade(place)
    except migrate.MigrationError as error:
        raise CommandError(str(error)) from None


def _move(source: Place, target: Place) -> dict[str, int]:
    with _open(source) as ours, _open(target) as theirs:
        total = sum(ours.read_now(moving.rows).values())
        with console.progress("copying", total, big=total >= console.BIG) as advance:
            try:
                return theirs.write_now(lambda tx: _fill(tx, target, ours, advance))
            except moving.MoveError as error:
                raise CommandError(str(error)) from None


def _fill(tx: Tx, target: Place, ours: Database, advance: Callable[[int], None]) -> dict[str, int]:
    """Copy everything while no process of a gateway can begin its work there; CommandError when one has."""
    moment, rows = leases.look(tx)
    if any(lease.ends_at > moment for lease in rows):
        raise CommandError(f"a gateway works on {target}: stop it first")
    leases.forget(tx, [lease.name for lease in rows])
    return ours.read_now(lambda read: dict(moving.move(read, tx, advance)))


@contextmanager
def _open(place: Place) -> Iterator[Database]:
    opened = Database(place)
    try:
        yield opened
    finally:
        opened.close()
