"""``tolmach token``: secret keys that programs show instead of login and password."""

from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from tolmach.cli import console
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.opening import AsJson, Data, Login, database, now
from tolmach.core.moments import from_ms
from tolmach.services import accounts, tokens
from tolmach.store.tokens import StoredToken

app = typer.Typer(name="token", help="Tokens: keys that programs show instead of a password.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the token is called, as in crm.")]


@app.command("add", epilog="Example: tolmach token add shop crm --expires 2027-12-31")
def add(
    login: Login,
    name: Name,
    expires: Annotated[
        str | None, typer.Option(help="Last day on which it is good, in the account's time zone, as in 2027-12-31.")
    ] = None,
    data: Data = None,
) -> None:
    """Give an account a token and print it; it cannot be shown again."""
    day = None if expires is None else _day(expires)
    value = tokens.make()
    with database(data) as store:
        zone = store.read_now(lambda tx: accounts.find(tx, login)).time_zone
        end = None if day is None else datetime.combine(day, time.max, ZoneInfo(zone)).astimezone(UTC)
        store.write_now(lambda tx: tokens.add(tx, login, name, value, now(), end))
    console.say(f"token {name} of {login}: {value}")
    console.warn("keep it now: only its digest is stored")


@app.command("list", epilog="Example: tolmach token list shop")
def list_tokens(login: Login, as_json: AsJson = False, data: Data = None) -> None:
    """List the tokens of an account, with the hour in which each was used last; never their values."""
    with database(data) as store:
        found = store.read_now(lambda tx: tokens.listing(tx, login))
    if as_json:
        console.data(
            [
                {
                    "name": token.name,
                    "created_at": _moment(token.created_at),
                    "expires_at": _moment(token.expires_at),
                    "used_at": _moment(token.used_at),
                }
                for token in found
            ]
        )
        return
    console.table(("token", "created", "expires", "last used", "state"), [_row(token) for token in found])


@app.command("revoke", epilog="Example: tolmach token revoke shop crm")
def revoke(login: Login, name: Name, data: Data = None) -> None:
    """End a token at once."""
    with database(data) as store:
        store.write_now(lambda tx: tokens.revoke(tx, login, name))
    console.say(f"token {name} of {login} revoked")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--expires {text!r} is not a day, as in 2027-12-31", MISUSED) from None


def _row(token: StoredToken) -> list[str]:
    expired = token.expires_at is not None and from_ms(token.expires_at) <= now()
    moments = [_moment(moment) or "" for moment in (token.created_at, token.expires_at, token.used_at)]
    return [token.name, *moments, "expired" if expired else "good"]


def _moment(ms: int | None) -> str | None:
    return None if ms is None else f"{from_ms(ms):%Y-%m-%d %H:%M} UTC"
