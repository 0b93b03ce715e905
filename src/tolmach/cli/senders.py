"""``tolmach sender``: the names that messages come from, and the decisions on them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tolmach.cli import console, registry
from tolmach.cli.deciding import By, Reason, verdict
from tolmach.cli.opening import AsJson, Data, Login, database, now
from tolmach.core.moderation import Verdict
from tolmach.core.moments import from_ms
from tolmach.services import senders
from tolmach.services.senders import Waiting

app = typer.Typer(name="sender", help="Senders: the names that messages come from.", no_args_is_help=True)
app.add_typer(registry.app)

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


@app.command("set", epilog="Example: tolmach sender set shop MyCodes --traffic otp")
def change(
    login: Login,
    name: Name,
    traffic: Annotated[
        str, typer.Option(help="otp, service or advert; account: what the account has.", metavar="CLASS")
    ],
    data: Data = None,
) -> None:
    """Give the messages of a sender a class of traffic of their own."""
    with database(data) as store:
        store.write_now(lambda tx: senders.set_traffic(tx, login, name, None if traffic == "account" else traffic))
    console.say(
        f"sender {name} of {login} has the traffic of its account"
        if traffic == "account"
        else f"sender {name} of {login} is for {traffic}"
    )


@app.command("queue", epilog="Example: tolmach sender queue")
def queue(as_json: AsJson = False, data: Data = None) -> None:
    """List the senders of all accounts that wait for a decision."""
    with database(data) as store:
        found = store.read_now(senders.waiting)
    if as_json:
        console.data([_values(one) for one in found])
        return
    rows = [
        [
            str(one.sender.id),
            one.login,
            one.sender.name,
            one.sender.papers.counterparty,
            one.sender.papers.inn,
            str(len(one.sender.papers.files) + len(one.sender.papers.links)),
            f"{from_ms(one.sender.created_at):%Y-%m-%d %H:%M}",
        ]
        for one in found
    ]
    columns = ("id", "account", "sender", "counterparty", "INN", "files", "asked (UTC)")
    console.table(columns, rows, right=("id", "files"))


@app.command("show", epilog="Example: tolmach sender show shop MyShop")
def show(login: Login, name: Name, as_json: AsJson = False, data: Data = None) -> None:
    """Show a sender with its papers, and who decided on it."""
    with database(data) as store:
        found = store.read_now(lambda tx: senders.shown(tx, login, name))
    values = _values(found)
    if as_json:
        console.data(values)
        return
    for key, value in values.items():
        console.say(f"{key.replace('_', ' ')}: {_word(value)}")


@app.command("approve", epilog="Example: tolmach sender approve shop MyShop")
def approve(login: Login, name: Name, by: By = None, reason: Reason = "", data: Data = None) -> None:
    """Allow an account to use a sender."""
    _decide(login, name, data, verdict(approved=True, by=by, reason=reason))


@app.command("reject", epilog="Example: tolmach sender reject shop Bank --reason 'not their name'")
def reject(login: Login, name: Name, by: By = None, reason: Reason = "", data: Data = None) -> None:
    """Forbid an account to use a sender."""
    _decide(login, name, data, verdict(approved=False, by=by, reason=reason))


def _decide(login: str, name: str, data: Path | None, said: Verdict) -> None:
    with database(data) as store:
        decided = store.write_now(lambda tx: senders.decide(tx, login, name, said, now()))
    console.say(f"sender {name} of {login} is {'approved' if said.approved else 'rejected'}")
    if decided.default and not said.approved:
        console.warn(f"it is the default sender of {login}: messages that name none will be refused")


def _values(one: Waiting) -> dict[str, Any]:
    sender = one.sender
    decided = None if sender.decided_at is None else from_ms(sender.decided_at).isoformat()
    return {
        "id": sender.id,
        "account": one.login,
        "sender": sender.name,
        "state": sender.state,
        "asked_at": from_ms(sender.created_at).isoformat(),
        **{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(sender.papers).items()},
        "decided_at": decided,
        "decided_by": sender.decided_by,
        "reason": sender.reason,
    }


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join("/".join(one) if isinstance(one, tuple) else str(one) for one in value) or "-"
    return "-" if value in (None, "") else str(value)
