"""``tolmach user``: people who sign in to the pages."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from tolmach.cli import console
from tolmach.cli.deciding import name_of
from tolmach.cli.opening import AsJson, Data, database, now
from tolmach.cli.passwords import choose_password
from tolmach.core.moments import from_ms
from tolmach.services import audits, fields, passwords, people
from tolmach.services.people import Listed
from tolmach.store.database import Tx

app = typer.Typer(name="user", help="People who sign in to the pages.", no_args_is_help=True)

User = Annotated[str, typer.Argument(metavar="USER", help="Login of the user.")]
Password = Annotated[str | None, typer.Option(help="Password; asked for when neither this nor --generate is given.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make up a password and print it.")]


@app.command("add", epilog="Example: tolmach user add anna --account shop --role sender --generate")
def add(
    *,
    login: User,
    account: Annotated[
        str | None, typer.Option(help="Login of the account whose cabinet it is; the operator's staff without it.")
    ] = None,
    role: Annotated[
        str, typer.Option(help="owner, sender or viewer; of the staff: admin, moderator, finance or support.")
    ],
    password: Password = None,
    generate: Generate = False,
    data: Data = None,
) -> None:
    """Add somebody who may sign in."""
    chosen_role = people.role(role, of_staff=account is None)
    fields.login(login)
    chosen = choose_password(password, generate=generate)
    concealed = passwords.conceal(chosen)
    what = f"login={login} role={chosen_role}"

    def run(tx: Tx) -> None:
        people.add(tx, login, concealed, chosen_role, account, now())
        _note(tx, login, "AddUser", what)

    with database(data) as store:
        store.write_now(run)
    console.say(f"user {login} added: {chosen_role} of {account or 'the staff'}")
    if generate:
        console.say(f"password: {chosen}")


@app.command("list", epilog="Example: tolmach user list --json")
def list_users(as_json: AsJson = False, data: Data = None) -> None:
    """List everybody who may sign in."""
    with database(data) as store:
        found = store.read_now(people.everyone)
    if as_json:
        console.data([_values(one) for one in found])
        return
    columns = ("login", "account", "role", "second factor", "state", "signed in")
    console.table(columns, [_row(one) for one in found])


@app.command("block", epilog="Example: tolmach user block anna")
def block(login: User, data: Data = None) -> None:
    """Keep a user out, and sign him out wherever he is signed in."""
    changed = _change(login, data, "BlockUser", lambda tx: people.set_blocked(tx, login, blocked=True))
    console.say(f"user {login} {'is' if changed else 'was already'} blocked")


@app.command("unblock", epilog="Example: tolmach user unblock anna")
def unblock(login: User, data: Data = None) -> None:
    """Let a user in again, also one whose login is locked after wrong passwords."""
    _change(login, data, "UnblockUser", lambda tx: people.set_blocked(tx, login, blocked=False))
    console.say(f"user {login} may sign in")


@app.command("password", epilog="Example: tolmach user password anna --generate")
def set_password(login: User, password: Password = None, generate: Generate = False, data: Data = None) -> None:
    """Change the password of a user, who is signed out everywhere."""
    chosen = choose_password(password, generate=generate)
    concealed = passwords.conceal(chosen)
    _change(login, data, "ChangePassword", lambda tx: people.set_password(tx, login, concealed))
    console.say(f"password of user {login} changed")
    if generate:
        console.say(f"password: {chosen}")


@app.command("reset-totp", epilog="Example: tolmach user reset-totp anna")
def reset_totp(login: User, data: Data = None) -> None:
    """Take away the second factor of a user who has lost his phone."""
    had = _change(login, data, "ResetTotp", lambda tx: people.reset_totp(tx, login))
    console.say(f"the second factor of user {login} {'is off' if had else 'was off already'}")


def _change(login: str, data: Data, action: str, change: Callable[[Tx], Any]) -> Any:
    def run(tx: Tx) -> Any:
        result = change(tx)
        _note(tx, login, action, f"login={login}")
        return result

    with database(data) as store:
        return store.write_now(run)


def _note(tx: Tx, login: str, action: str, detail: str) -> None:
    user = people.find(tx, login)
    audits.note(tx, now(), (None, name_of(None)), user.account, (action, detail), "")


def _row(one: Listed) -> list[str]:
    user = one.user
    state = "blocked" if user.blocked else "open"
    seen = "" if user.seen_at is None else f"{from_ms(user.seen_at):%Y-%m-%d %H:%M} UTC"
    return [user.login, one.account or "", user.role.value, "on" if user.has_totp else "off", state, seen]


def _values(one: Listed) -> dict[str, Any]:
    user = one.user
    return {
        "login": user.login,
        "account": one.account,
        "role": user.role.value,
        "second_factor": user.has_totp,
        "blocked": user.blocked,
        "signed_in_at": None if user.seen_at is None else from_ms(user.seen_at).isoformat(),
    }
