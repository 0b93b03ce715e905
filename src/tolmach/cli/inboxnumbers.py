"""``tolmach number``: our numbers that subscribers write to, and whose they are."""

from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.opening import AsJson, Data, database, now
from tolmach.services import inboxes

app = typer.Typer(name="number", help="Numbers that subscribers write to.", no_args_is_help=True)

Phone = Annotated[str, typer.Argument(metavar="NUMBER", help="International number, short number or name.")]
Prefix = Annotated[
    str, typer.Option("--prefix", help="Only messages that start with this word; left out: all that are left.")
]


@app.command("add", epilog="Example: tolmach number add 79611111111 --account shop --prefix IGRA")
def add_number(
    number: Phone,
    account: Annotated[str | None, typer.Option("--account", help="Login of the account that gets them.")] = None,
    prefix: Prefix = "",
    data: Data = None,
) -> None:
    """Give an account what comes to a number: all of it, or on a shared number what starts with a prefix."""
    if account is None:
        raise CommandError("whose is it? name an --account", MISUSED)
    with database(data) as store:
        phone = store.write_now(lambda tx: inboxes.add_number(tx, number, account, prefix, now()))
    console.say(f"what comes to {_name(phone, prefix)} is {account}'s")


@app.command("remove", epilog="Example: tolmach number remove 79611111111 --prefix IGRA")
def remove_number(number: Phone, prefix: Prefix = "", data: Data = None) -> None:
    """Take a number from its account; what came stays with it, what will come is nobody's."""
    with database(data) as store:
        phone = store.write_now(lambda tx: inboxes.remove_number(tx, number, prefix))
    console.say(f"what comes to {_name(phone, prefix)} is nobody's now")


@app.command("list", epilog="Example: tolmach number list")
def list_numbers(as_json: AsJson = False, data: Data = None) -> None:
    """List the numbers and whose they are."""
    with database(data) as store:
        found = store.read_now(inboxes.numbers)
    if as_json:
        console.data([{"number": one.phone, "prefix": one.prefix, "account": login} for one, login in found])
        return
    console.table(("number", "prefix", "account"), [[one.phone, one.prefix.upper(), login] for one, login in found])


def _name(phone: str, prefix: str) -> str:
    return f"{phone} with the prefix {prefix.upper()}" if prefix else phone
