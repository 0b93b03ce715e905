"""People as the operator handles them on the command line: added, listed, blocked, let in again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.moments import to_ms
from tolmach.core.sentences import say
from tolmach.core.users import ACCOUNT_ROLES, STAFF_ROLES, Role, User, fits
from tolmach.services import accounts, fields
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.store import sessions, users
from tolmach.store.database import Tx


@dataclass(frozen=True, slots=True)
class Listed:
    """A user and the login of his account, None for the staff."""

    user: User
    account: str | None


def find(tx: Tx, login: str) -> User:
    """Return a user; NotFoundError."""
    user = users.by_login(tx, login)
    if user is None:
        raise NotFoundError("user", login, [one.login for one in users.everyone(tx)])
    return user


def everyone(tx: Tx) -> Sequence[Listed]:
    """Return all users, oldest first."""
    logins = accounts.logins(tx)
    return [Listed(user, None if user.account is None else logins[user.account]) for user in users.everyone(tx)]


def role(name: str, *, of_staff: bool) -> Role:
    """Return a role by its word; BadValueError."""
    known = STAFF_ROLES if of_staff else ACCOUNT_ROLES
    if name not in known:
        whose = say("the staff") if of_staff else say("an account")
        raise BadValueError(
            say("%(name)r is no role of %(whose)s: %(known)s", name=name, whose=whose, known=", ".join(known))
        )
    return Role(name)


def add(tx: Tx, login: str, password_hash: str, role: Role, account: str | None, now: datetime) -> User:
    """Store a user of an account (its login) or (None) of the staff; BadValueError, ConflictError, NotFoundError."""
    fields.login(login)
    owner = None if account is None else accounts.find(tx, account).id
    if not fits(role, owner):
        raise BadValueError(
            say("role %(role)s does not fit: users of an account are owner, sender or viewer", role=role)
        )
    if users.by_login(tx, login) is not None:
        raise ConflictError(say("there is a user %(login)r already", login=login))
    columns = {"login": login, "password_hash": password_hash, "role": role.value, "account_id": owner}
    users.add(tx, columns | {"created_at": to_ms(now)})
    return find(tx, login)


def set_password(tx: Tx, login: str, password_hash: str) -> None:
    """Store the hash of a new password, unlock the login, and end its sessions; NotFoundError."""
    user = find(tx, login)
    users.change(tx, user.id, {"password_hash": password_hash, "wrong": 0, "locked_until": None})
    sessions.end_others(tx, user.id)


def set_blocked(tx: Tx, login: str, *, blocked: bool) -> bool:
    """Block a user (his sessions end) or let him in again; return whether that changed anything; NotFoundError."""
    user = find(tx, login)
    users.change(tx, user.id, {"blocked": blocked, "wrong": 0, "locked_until": None})
    if blocked:
        sessions.end_others(tx, user.id)
    return user.blocked != blocked


def reset_totp(tx: Tx, login: str) -> bool:
    """Take the second factor away; return whether there was one; NotFoundError."""
    user = find(tx, login)
    users.change(tx, user.id, {"totp_secret": "", "totp_step": 0, "wrong": 0, "locked_until": None})
    users.put_codes(tx, user.id, ())
    return user.has_totp
