"""``tolmach stop``: numbers that nobody, or one account, may write to."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.opening import AsJson, Data, database, now
from tolmach.services import stoplist

app = typer.Typer(name="stop", help="Stop lists: numbers that must not be written to.", no_args_is_help=True)

Numbers = Annotated[list[str] | None, typer.Argument(metavar="NUMBER", help="Phone numbers in any usual form.")]
Account = Annotated[str | None, typer.Option("--account", help="This account's list; the global one when left out.")]
File = Annotated[Path | None, typer.Option("--file", help="Text file with a number per line; - is standard input.")]


@app.command("add", epilog="Example: tolmach stop add '+7 916 123-45-67' --account shop")
def add(numbers: Numbers = None, account: Account = None, file: File = None, data: Data = None) -> None:
    """Put numbers on a list; messages to them are refused, also those that wait to be sent."""
    wanted = _read(numbers, file)
    with database(data) as store:
        count = store.write_now(lambda tx: stoplist.add(tx, account, wanted, now()))
    console.say(f"{count} added to {_name(account)}, {len(wanted) - count} stood there already")


@app.command("remove", epilog="Example: tolmach stop remove 79161234567")
def remove(numbers: Numbers = None, account: Account = None, file: File = None, data: Data = None) -> None:
    """Take numbers off a list."""
    wanted = _read(numbers, file)
    with database(data) as store:
        count = store.write_now(lambda tx: stoplist.remove(tx, account, wanted, now()))
    console.say(f"{count} removed from {_name(account)}, {len(wanted) - count} did not stand there")


@app.command("list", epilog="Example: tolmach stop list --account shop")
def list_stops(account: Account = None, as_json: AsJson = False, data: Data = None) -> None:
    """Print a list, one number per line."""
    with database(data) as store:
        found = store.read_now(lambda tx: stoplist.listing(tx, account))
    if as_json:
        console.data(list(found))
        return
    for number in found:
        console.say(number)


def _read(numbers: list[str] | None, file: Path | None) -> list[str]:
    written = list(numbers or ())
    if file is not None:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig", errors="replace")
        written += [line.strip() for line in text.splitlines() if line.strip()]
    if not written:
        raise CommandError("no numbers: name some, or a --file", MISUSED)
    return stoplist.read_numbers(written)


def _name(account: str | None) -> str:
    return "the global list" if account is None else f"the list of {account}"
