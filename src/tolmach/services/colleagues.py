"""The users of an account, as its owner sees and changes them."""

from typing import Any

from tolmach.core.commands.users import AddUser, EditUser, ListUsers
from tolmach.core.moments import to_ms
from tolmach.core.results.users import UserChange, UsersResult
from tolmach.core.users import User, fits
from tolmach.services import fields
from tolmach.services.administration import BadValueError
from tolmach.services.context import Context, Handlers
from tolmach.store import sessions, users

SHORTEST_PASSWORD = 8


def good_password(text: str) -> bool:
    """Tell whether a password may be chosen on a page."""
    try:
        return len(fields.password(text)) >= SHORTEST_PASSWORD
    except BadValueError:
        return False


def listing(asked: Context, _command: ListUsers) -> UsersResult:
    """Return the users."""
    return UsersResult(users.of_account(asked.tx, asked.account.id))


def add(asked: Context, command: AddUser) -> UserChange:
    """Add a user."""
    try:
        fields.login(command.login)
    except BadValueError:
        return UserChange.BAD_LOGIN
    if not fits(command.role, asked.account.id):
        return UserChange.BAD_ROLE
    if not good_password(command.password):
        return UserChange.BAD_PASSWORD
    if users.by_login(asked.tx, command.login) is not None:
        return UserChange.TAKEN
    columns = {
        "login": command.login,
        "password_hash": command.password_hash,
        "role": command.role.value,
        "account_id": asked.account.id,
        "created_at": to_ms(asked.now),
    }
    users.add(asked.tx, columns)
    return UserChange.DONE


def edit(asked: Context, command: EditUser) -> UserChange:
    """Change a user, who is signed out by it."""
    user = users.by_id(asked.tx, command.id)
    if user is None or user.account != asked.account.id:
        return UserChange.NOT_FOUND
    refusal = _refusal(asked, command, user)
    if refusal is not None:
        return refusal
    users.change(asked.tx, user.id, _columns(command))
    if command.reset_totp:
        users.put_codes(asked.tx, user.id, ())
    sessions.end_others(asked.tx, user.id)
    return UserChange.DONE


def _refusal(asked: Context, command: EditUser, user: User) -> UserChange | None:
    if user.id == asked.user and (command.blocked or command.role not in (None, user.role)):
        return UserChange.SELF
    if command.role is not None and not fits(command.role, user.account):
        return UserChange.BAD_ROLE
    if command.password is not None and not good_password(command.password):
        return UserChange.BAD_PASSWORD
    return None


def _columns(command: EditUser) -> dict[str, Any]:
    columns: dict[str, Any] = {"wrong": 0, "locked_until": None}
    if command.role is not None:
        columns["role"] = command.role.value
    if command.blocked is not None:
        columns["blocked"] = command.blocked
    if command.password is not None:
        columns["password_hash"] = command.password_hash
    if command.reset_totp:
        columns |= {"totp_secret": "", "totp_step": 0}
    return columns


READERS: Handlers = {ListUsers: listing}
WRITERS: Handlers = {AddUser: add, EditUser: edit}
