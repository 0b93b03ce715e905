"""The staff in the cabinet of an account: the session goes there and back, and the account's audit log says so."""

from tolmach.core.commands.clientele import LookAway, LookInto
from tolmach.core.ids import AccountId
from tolmach.services import accounts
from tolmach.services.context import PersonContext
from tolmach.store import accounts as stored
from tolmach.store import sessions


def look_into(asked: PersonContext, command: LookInto) -> None:
    """Send the caller's session to an account; NotFoundError."""
    account = accounts.find(asked.tx, command.login)
    sessions.look_into(asked.tx, asked.session.digest, account.id)


def look_away(asked: PersonContext, _command: LookAway) -> str:
    """Bring the caller's session back to the desk."""
    inside: AccountId | None = asked.session.account
    sessions.look_into(asked.tx, asked.session.digest, None)
    account = None if inside is None else stored.by_id(asked.tx, inside)
    return "" if account is None else account.login
