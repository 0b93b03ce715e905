"""People: their rows, their recovery codes, and how often they were wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update

from tolmach.core.ids import AccountId
from tolmach.core.users import Role, User, UserId
from tolmach.store.database import Tx
from tolmach.store.schema import recovery_codes, users


@dataclass(frozen=True, slots=True)
class Trials:
    """Wrong passwords and codes in a row, until when (milliseconds) none is looked at, and the last code taken."""

    wrong: int
    locked_until: int | None
    totp_step: int


def add(tx: Tx, fields: Mapping[str, Any]) -> UserId:
    """Store a new user and return his id."""
    key = tx.execute(insert(users).values(**fields)).inserted_primary_key
    assert key is not None
    return UserId(key[0])


def change(tx: Tx, user: UserId, fields: Mapping[str, Any]) -> None:
    """Change columns of a user."""
    tx.execute(update(users).where(users.c.id == user).values(**fields))


def by_id(tx: Tx, user: int) -> User | None:
    """Return a user."""
    return _one(tx, users.c.id == user)


def by_login(tx: Tx, login: str) -> User | None:
    """Return a user by his login (exact)."""
    return _one(tx, users.c.login == login)


def everyone(tx: Tx) -> Sequence[User]:
    """Return all users, by id."""
    return [_user(row) for row in tx.execute(select(users).order_by(users.c.id)).mappings()]


def of_account(tx: Tx, account: AccountId | None) -> Sequence[User]:
    """Return the users of an account, or (None) the staff, by id."""
    asked = select(users).where(users.c.account_id.is_not_distinct_from(account)).order_by(users.c.id)
    return [_user(row) for row in tx.execute(asked).mappings()]


def trials(tx: Tx, user: UserId) -> Trials:
    """Return how a user fared when he signed in; nobody else signs him in until the transaction ends.

    Of guesses that come side by side each counts, and a code is taken once.
    """
    asked = select(users.c.wrong, users.c.locked_until, users.c.totp_step).where(users.c.id == user)
    return Trials(*tx.execute(asked.with_for_update(key_share=True)).one())


def put_codes(tx: Tx, user: UserId, digests: Iterable[str]) -> None:
    """Give a user other recovery codes."""
    tx.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user))
    rows = [{"user_id": user, "digest": digest} for digest in digests]
    if rows:
        tx.execute(insert(recovery_codes), rows)


def take_code(tx: Tx, user: UserId, digest: str) -> bool:
    """Use a recovery code up; return whether it was good."""
    mine = (recovery_codes.c.user_id == user, recovery_codes.c.digest == digest)
    return bool(tx.execute(delete(recovery_codes).where(*mine)).rowcount)


def codes_left(tx: Tx, user: UserId) -> int:
    """Return how many recovery codes a user still has."""
    return len(tx.execute(select(recovery_codes.c.digest).where(recovery_codes.c.user_id == user)).all())


def _one(tx: Tx, condition: ColumnElement[bool]) -> User | None:
    row = tx.execute(select(users).where(condition)).mappings().first()
    return None if row is None else _user(row)


def _user(row: RowMapping) -> User:
    return User(
        id=UserId(row["id"]),
        login=row["login"],
        account=None if row["account_id"] is None else AccountId(row["account_id"]),
        role=Role(row["role"]),
        password_hash=row["password_hash"],
        blocked=row["blocked"],
        totp_secret=row["totp_secret"],
        language=row["language"],
        theme=row["theme"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
    )
