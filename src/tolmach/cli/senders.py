"""``tolmach sender``: the names that messages come from."""

from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.opening import AsJson, Data, Login, database, now
from tolmach.services import senders

app = typer.Typer(name="sender", help="Senders: the names that messages come from.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The sender: at most 11 characters, or at most 15 digits.")]


@app.command("add", epilog="Example: tolmach sender add shop MyShop --approved")
def add(
    login: Login,
    name: Name,
    approved: Annotated[bool, typer.Option("--approved", help="Approve it at once.")] = False,
    data: Data = None,
) -> None:
    """Add a sender to an account; it can be used once it is approved."""
    with database(data) as store:
        store.write_now(lambda tx: senders.add(tx, login, name, now(), approved=approved))
    console.say(f"sender {name} of {login} {'is approved' if approved else 'waits for approval'}")


@app.command("list", epilog="Example: tolmach sender list shop")
def list_senders(
    login: Annotated[
        str | None, typer.Argument(metavar="LOGIN", help="Login of the account; all when left out.")
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the senders of an account, or of all."""
    with database(data) as store:
        found = store.read_now(lambda tx: senders.listing(tx, login))
    if as_json:
        keys = ("account", "sender", "state", "default")
        console.data([dict(zip(keys, (one.login, one.name, one.state, one.default), strict=True)) for one in found])
        return
    rows = [[one.login, one.name, one.state, "default" if one.default else ""] for one in found]
    console.table(("account", "sender", "state", "note"), rows)


@app.command("approve", epilog="Example: tolmach sender approve shop MyShop")
def approve(login: Login, name: Name, data: Data = None) -> None:
    """Allow an account to use a sender."""
    _decide(login, name, data, approved=True)


@app.command("reject", epilog="Example: tolmach sender reject shop Bank")
def reject(login: Login, name: Name, data: Data = None) -> None:
    """Forbid an account to use a sender."""
    _decide(login, name, data, approved=False)


def _decide(login: str, name: str, data: Data, *, approved: bool) -> None:
    with database(data) as store:
        decided = store.write_now(lambda tx: senders.decide(tx, login, name, now(), approved=approved))
    console.say(f"sender {name} of {login} is {'approved' if approved else 'rejected'}")
    if decided.default and not approved:
        console.warn(f"it is the default sender of {login}: messages that name none will be refused")
