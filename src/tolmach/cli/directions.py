"""``tolmach direction``: countries and operators that may be written to, or not."""

from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.opening import AsJson, Data, database
from tolmach.services import tariffs

app = typer.Typer(
    name="direction", help="Directions: countries and operators that may be written to.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the direction, as in a price list.")]
Account = Annotated[str | None, typer.Option("--account", help="Only for this account; for everybody when left out.")]


@app.command("list", epilog="Example: tolmach direction list --account shop")
def list_directions(account: Account = None, as_json: AsJson = False, data: Data = None) -> None:
    """List the directions with their prefixes."""
    with database(data) as store:
        found = store.read_now(lambda tx: tariffs.directions(tx, account))
    if as_json:
        shown = [{"direction": one.name, "prefixes": list(one.prefixes), "open": one.open} for one in found]
        if account is not None:
            shown = [
                row | {"closed_for_account": one.closed_for_account} for row, one in zip(shown, found, strict=True)
            ]
        console.data(shown)
        return
    rows = [[one.name, " ".join(one.prefixes), _state(one, account)] for one in found]
    console.table(("direction", "prefixes", "state"), rows)


@app.command("open", epilog="Example: tolmach direction open Украина")
def open_direction(name: Name, account: Account = None, data: Data = None) -> None:
    """Open a direction for everybody, or for one account."""
    _set(name, account, data, is_open=True)


@app.command("close", epilog="Example: tolmach direction close Украина --account shop")
def close_direction(name: Name, account: Account = None, data: Data = None) -> None:
    """Close a direction for everybody, or for one account; what was accepted is still sent."""
    _set(name, account, data, is_open=False)


def _set(name: str, account: str | None, data: Data, *, is_open: bool) -> None:
    with database(data) as store:
        store.write_now(lambda tx: tariffs.set_open(tx, name, account, is_open=is_open))
    console.say(f"direction {name} is {'open' if is_open else 'closed'} for {account or 'everybody'}")


def _state(one: tariffs.Priced, account: str | None) -> str:
    if not one.open:
        return "closed"
    return f"closed for {account}" if one.closed_for_account else "open"
