"""``tolmach base``: address bases, their subscribers and their birthday greetings."""

import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from tolmach.cli import console
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.opening import AsJson, Data, Login, database, now
from tolmach.core.bases import Base, Subscriber, pages
from tolmach.core.commands import PutSubscriber
from tolmach.core.moments import from_ms
from tolmach.core.timezones import to_wall
from tolmach.services import accounts, bases, greetings, rosters, subscribers
from tolmach.services.explanations import explain
from tolmach.services.rosters import BadRecord, Roster
from tolmach.store.database import Database

PIECE = 2_000  # subscribers in one transaction, so that the gateway need not wait

app = typer.Typer(name="base", help="Address bases: subscribers and their birthday greetings.", no_args_is_help=True)

BaseName = Annotated[str, typer.Argument(metavar="BASE", help="Number or name of the base.")]
Greet = Annotated[bool | None, typer.Option("--greet/--no-greet", help="Greet on birthdays.")]
At = Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="Time of the greetings; 10:00 at first.")]
LocalTime = Annotated[
    bool | None, typer.Option("--local-time/--moscow-time", help="Whose time that is: the subscriber's, or Moscow's.")
]
Days = Annotated[
    str | None, typer.Option("--days-before", metavar="DAYS", help="Days before the birthday; 0 at first.")
]
Sender = Annotated[str | None, typer.Option(help="Sender of the greetings; '' for the account's default sender.")]
Text = Annotated[str | None, typer.Option(help="Text of the greetings; #name# and the like are filled in.")]


@app.command("add", epilog="Example: tolmach base add shop Customers --greet --text 'Happy birthday, #name#!'")
def add(
    *,
    login: Login,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the base.")],
    greet: Greet = None,
    at: At = None,
    local_time: LocalTime = None,
    days_before: Days = None,
    sender: Sender = None,
    text: Text = None,
    data: Data = None,
) -> None:
    """Add an empty base to an account."""
    changes = _given(on=greet, at=at, local_time=local_time, days_before=days_before, sender=sender, text=text)
    with database(data) as store:
        base = store.write_now(lambda tx: bases.add(tx, login, name, changes, now()))
    console.say(f"base {base.id} added to {login}: {base.name}")
    _warn(base)


@app.command("list", epilog="Example: tolmach base list shop")
def list_bases(login: Login, as_json: AsJson = False, data: Data = None) -> None:
    """List the bases of an account."""
    with database(data) as store:
        account, found = store.read_now(lambda tx: (accounts.find(tx, login), bases.of_login(tx, login)))
    if as_json:
        console.data([_values(base, account.time_zone) for base in found])
        return
    rows = [
        [str(base.id), base.name, str(base.size), _when(base), _moment(base.changed_at, account.time_zone)]
        for base in found
    ]
    console.table(("number", "name", "subscribers", "greets", "changed"), rows, right=("number", "subscribers"))


@app.command("show", epilog="Example: tolmach base show shop Customers")
def show(login: Login, base: BaseName, as_json: AsJson = False, data: Data = None) -> None:
    """Show a base: its size, how it greets, and how many were greeted."""
    with database(data) as store:
        found, account, (sent, refused) = store.read_now(
            lambda tx: (
                one := bases.named(tx, login, base),
                accounts.find(tx, login),
                greetings.counts(tx, one),
            )
        )
    values = _values(found, account.time_zone) | {"greeted": sent, "refused": refused}
    if as_json:
        console.data(values)
        return
    console.table(("", ""), [[name.replace("_", " "), _word(value)] for name, value in values.items()])


@app.command("set", epilog="Example: tolmach base set shop Customers --greet --at 9:30 --local-time --days-before 1")
def change(
    *,
    login: Login,
    base: BaseName,
    name: Annotated[str | None, typer.Option(help="New name.")] = None,
    greet: Greet = None,
    at: At = None,
    local_time: LocalTime = None,
    days_before: Days = None,
    sender: Sender = None,
    text: Text = None,
    data: Data = None,
) -> None:
    """Change the name of a base, or how it greets."""
    changes = _given(
        name=name, on=greet, at=at, local_time=local_time, days_before=days_before, sender=sender, text=text
    )
    with database(data) as store:
        changed = store.write_now(lambda tx: bases.change(tx, login, base, changes, now()))
    console.say(f"base {changed.id} changed: {changed.name}, {_when(changed) or 'no greetings'}")
    _warn(changed)


@app.command("remove", epilog="Example: tolmach base remove shop Customers --yes")
def remove(
    login: Login,
    base: BaseName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Delete a base with all its subscribers."""
    with database(data) as store:
        found = store.read_now(lambda tx: bases.named(tx, login, base))
        if found.size and not yes:
            typer.confirm(
                f"Delete base {found.id} ({console.clean(found.name)}) with {found.size} subscribers?", abort=True
            )
        removed = store.write_now(lambda tx: bases.remove(tx, login, str(found.id), now()))
    console.say(f"base {removed.id} of {login} is gone, with {removed.size} subscribers")


@app.command("import", epilog="Example: tolmach base import shop Customers customers.csv")
def import_file(
    login: Login,
    base: BaseName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX file with a header; - is standard input.")],
    errors: Annotated[
        Path | None, typer.Option(help="Where bad records go, with line and reason; FILE.errors.csv when left out.")
    ] = None,
    data: Data = None,
) -> None:
    """Add the subscribers of a CSV or XLSX file, or change those that are there already.

    Encoding, delimiter and columns are recognised. What is imported stays when it is broken off: start it again, what
    is there already is not written twice.
    """
    target = errors or (Path("import.errors.csv") if str(file) == "-" else file.with_suffix(".errors.csv"))
    with database(data) as store, _opened(file) as stream:
        store.read_now(lambda tx: bases.named(tx, login, base))
        size = stream.seek(0, io.SEEK_END)
        with console.progress("importing", size, big=size > 100_000) as advance:
            roster = Roster(stream, advance)
            new, known, bad = _import(store, login, base, roster, target)
    if roster.unused:
        console.warn(f"not used: {', '.join(roster.unused)}")
    console.say(f"{new + known} imported: {new} new, {known} known already")
    if bad:
        raise CommandError(f"{bad} record{'s' if bad > 1 else ''} left out: see {target}")


@app.command("export", epilog="Example: tolmach base export shop Customers customers.csv")
def export_file(
    *,
    login: Login,
    base: BaseName,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="CSV file; standard output when left out.")
    ] = None,
    fill: Annotated[bool, typer.Option("--fill", help="Fill in region and operator by the number.")] = False,
    delimiter: Annotated[str, typer.Option(help="Delimiter: one of , ; | or a tab.")] = ",",
    data: Data = None,
) -> None:
    """Write the subscribers of a base as CSV, in UTF-8."""
    if delimiter not in (",", ";", "|", "\t"):
        raise CommandError("the delimiter is none of , ; | and tab", MISUSED)
    with database(data) as store:
        found = store.read_now(lambda tx: bases.named(tx, login, base))
        if file is None:
            store.read_now(
                lambda tx: _export(subscribers.everyone(tx, login, str(found.id), fill=fill), sys.stdout, delimiter)
            )
            return
        big = found.size >= console.BIG
        with (
            file.open("w", encoding="utf-8-sig", newline="") as out,
            console.progress("exporting", found.size, big=big) as advance,
        ):
            store.read_now(
                lambda tx: _export(subscribers.everyone(tx, login, str(found.id), fill=fill), out, delimiter, advance)
            )
    console.say(f"{found.size} subscribers in {file}")


@app.command("greetings", epilog="Example: tolmach base greetings shop Customers --refused")
def show_greetings(
    *,
    login: Login,
    base: BaseName,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the newest first.")] = 100,
    refused: Annotated[bool, typer.Option("--refused", help="Only those that were refused.")] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try the refused ones again whose day is not over, instead of listing.")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the greetings of a base: to whom, for which year, as which message, or why not."""
    with database(data) as store:
        account, found = store.read_now(lambda tx: (accounts.find(tx, login), bases.named(tx, login, base)))
        if retry:
            count = store.write_now(lambda tx: greetings.retry(tx, found, now()))
            console.say(f"{count} refused greetings will be tried again where their day is not over")
            return
        noted = store.read_now(lambda tx: greetings.latest(tx, found, limit, refused=refused))
    rows = [
        {
            "at": to_wall(from_ms(one.at), account.time_zone).isoformat(),
            "phone": one.phone,
            "year": one.year,
            "message": one.message,
            "reason": one.reason or None,
        }
        for one in noted
    ]
    if as_json:
        console.data(rows)
        return
    shown = [
        [_moment(one.at, account.time_zone), one.phone, str(one.year), str(one.message or ""), explain(one.reason)]
        for one in noted
    ]
    console.table(("at", "number", "year", "message", "refused because"), shown, right=("year", "message"))


def _import(store: Database, login: str, base: str, roster: Roster, target: Path) -> tuple[int, int, int]:
    """Write piece by piece; return how many were new, known already, and bad."""
    new = known = bad = 0
    with _Errors(target) as errors:
        records = iter(roster)
        while piece := list(islice(records, PIECE)):
            edits = [one for one in piece if isinstance(one, PutSubscriber)]
            faults = [one for one in piece if isinstance(one, BadRecord)]
            if edits:
                count = store.write_now(lambda tx: subscribers.put(tx, login, base, edits, now()))  # noqa: B023
                new, known = new + count, known + len(edits) - count
            errors.write(faults)
            bad += len(faults)
    return new, known, bad


def _export(
    found: Iterator[Sequence[Subscriber]],
    out: IO[str],
    delimiter: str,
    advance: Callable[[int], None] = lambda _: None,
) -> None:
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(rosters.COLUMNS)
    for piece in found:
        writer.writerows(map(rosters.record, piece))
        advance(len(piece))


class _Errors:
    """A file that is there only when there is something to write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> "_Errors":
        return self

    def write(self, faults: list[BadRecord]) -> None:
        if faults and self._file is None:
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow(("line", "reason", "record"))
        if self._file is not None:
            csv.writer(self._file).writerows((one.line, one.reason, *map(rosters.safe, one.cells)) for one in faults)

    def __exit__(self, *_exception: object) -> None:
        if self._file is not None:
            self._file.close()


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield io.BytesIO(sys.stdin.buffer.read())
        return
    with file.open("rb") as stream:
        yield stream


def _given(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if value is not None}


def _warn(base: Base) -> None:
    if base.greeting.on and not base.greeting.text.strip():
        console.warn("it has no text to greet with yet: `tolmach base set ... --text`")


def _when(base: Base) -> str:
    greeting = base.greeting
    if not greeting.on:
        return ""
    before = (
        f", {greeting.days_before} day{'s' if greeting.days_before > 1 else ''} before" if greeting.days_before else ""
    )
    return f"at {greeting.at:%H:%M} {'local time' if greeting.local_time else 'Moscow time'}{before}"


def _moment(ms: int, zone: str) -> str:
    return f"{to_wall(from_ms(ms), zone):%Y-%m-%d %H:%M:%S}"


def _values(base: Base, zone: str) -> dict[str, Any]:
    greeting = base.greeting
    return {
        "number": base.id,
        "name": base.name,
        "subscribers": base.size,
        "pages": pages(base.size),
        "changed_at": to_wall(from_ms(base.changed_at), zone).isoformat(),
        "greet": greeting.on,
        "at": f"{greeting.at:%H:%M}",
        "local_time": greeting.local_time,
        "days_before": greeting.days_before,
        "sender": greeting.sender or None,
        "text": greeting.text,
    }


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
