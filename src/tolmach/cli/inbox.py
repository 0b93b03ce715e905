"""``tolmach inbox``: what subscribers wrote."""

from typing import Annotated, Any

import typer

from tolmach.cli import console
from tolmach.cli.opening import AsJson, Data, database, load_settings, now
from tolmach.core.inbox import Wish
from tolmach.core.moments import from_ms
from tolmach.services import inboxes
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery
from tolmach.services.inbox import Inbox
from tolmach.services.inboxes import NOBODY
from tolmach.store.inbox import Letter

app = typer.Typer(name="inbox", help="Incoming messages: list, show, hand out.", no_args_is_help=True)

SHOWN = 60

Number = Annotated[int, typer.Argument(metavar="ID", min=1, help="Id of an incoming message.")]


@app.command("list", epilog=f"Example: tolmach inbox list --account {NOBODY}")
def list_inbox(
    account: Annotated[
        str | None, typer.Option("--account", help=f"Of this account; {NOBODY}: those that no account claims.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the newest incoming messages."""
    with database(data) as store:
        found = store.read_now(lambda tx: inboxes.listing(tx, account, limit))
    if as_json:
        console.data([_described(letter, login) for letter, login in found])
        return
    rows = [[str(one.id), _moment(one), one.sender, one.recipient, login, _short(one.text)] for one, login in found]
    console.table(("id", "received", "from", "to", "account", "text"), rows)


@app.command("show", epilog="Example: tolmach inbox show 17")
def show(number: Number, as_json: AsJson = False, data: Data = None) -> None:
    """Show an incoming message."""
    with database(data) as store:
        letter, login = store.read_now(lambda tx: inboxes.find(tx, number))
    described = _described(letter, login)
    if as_json:
        console.data(described)
        return
    for name, value in described.items():
        console.say(f"{name}: {value}")


@app.command("assign", epilog="Example: tolmach inbox assign 17 shop")
def assign(
    number: Number,
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Login of the account that gets it.")],
    data: Data = None,
) -> None:
    """Give a message that no account claims to one; its programs see it as received now. STOP and START are obeyed."""
    settings = load_settings(data=data)
    with database(data) as store:
        catalogue = Catalogue(settings.moderation.policy)
        keeper = Inbox(catalogue, Delivery(catalogue, settings.grace_period), settings.inbox.policy)
        wish = store.write_now(lambda tx: inboxes.assign(tx, keeper, number, login, now()))
    console.say(f"incoming message {number} is {login}'s{_wished(wish)}")


def _wished(wish: Wish | None) -> str:
    if wish is None:
        return ""
    return "; its sender is on the stop list now" if wish is Wish.STOP else "; its sender is off the stop list now"


def _described(one: Letter, login: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "received_at": _moment(one),
        "from": one.sender,
        "to": one.recipient,
        "account": login,
        "prefix": one.prefix,
        "link": one.link,
        "text": one.text,
    }


def _moment(one: Letter) -> str:
    return f"{from_ms(one.received_at):%Y-%m-%d %H:%M:%S} UTC"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 3]}..."
