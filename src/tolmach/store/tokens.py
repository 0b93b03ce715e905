"""Tokens: secret keys of accounts. Only their digests are stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, delete, insert, or_, select, update

from tolmach.core.ids import AccountId
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import tokens


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token without its value; moments in milliseconds, ``used_at`` to the hour."""

    account: AccountId
    name: str
    digest: str
    created_at: int
    expires_at: int | None
    used_at: int | None


def add(tx: Tx, account: AccountId, name: str, digest: str, created_at: int, expires_at: int | None) -> None:
    """Store a new token."""
    tx.execute(
        insert(tokens).values(
            account_id=account, name=name, digest=digest, created_at=created_at, expires_at=expires_at
        )
    )
    counters.touch_revision(tx)


def remove(tx: Tx, account: AccountId, name: str) -> bool:
    """Take a token away; return whether it was there."""
    removed = tx.execute(delete(tokens).where(tokens.c.account_id == account, tokens.c.name == name)).rowcount
    counters.touch_revision(tx)
    return bool(removed)


def by_digest(tx: Tx, digest: str) -> StoredToken | None:
    """Return a token by the digest of its value."""
    row = tx.execute(select(tokens).where(tokens.c.digest == digest)).mappings().first()
    return None if row is None else _token(row)


def of_account(tx: Tx, account: AccountId) -> Sequence[StoredToken]:
    """Return the tokens of an account, oldest first."""
    rows = tx.execute(select(tokens).where(tokens.c.account_id == account).order_by(tokens.c.id)).mappings()
    return [_token(row) for row in rows]


def note_use(tx: Tx, digest: str, now_ms: int) -> None:
    """Keep when a token was used last; nothing that is remembered of it gets out of date."""
    earlier = or_(tokens.c.used_at.is_(None), tokens.c.used_at < now_ms)
    tx.execute(update(tokens).where(tokens.c.digest == digest, earlier).values(used_at=now_ms))


def _token(row: RowMapping) -> StoredToken:
    return StoredToken(
        AccountId(row["account_id"]), row["name"], row["digest"], row["created_at"], row["expires_at"], row["used_at"]
    )
