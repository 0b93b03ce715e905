"""Sessions: who is signed in, with which browser. Only digests of the cookies are stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, delete, insert, select, update

from tolmach.core.ids import AccountId
from tolmach.core.users import UserId
from tolmach.store.database import Tx
from tolmach.store.schema import sessions


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in (or, not ``confirmed``, whose code is still to come); moments in milliseconds.

    ``account`` is the one that somebody of the staff looks into.
    """

    digest: str
    user: UserId
    confirmed: bool
    device: str
    remote: str
    created_at: int
    seen_at: int
    expires_at: int
    account: AccountId | None = None
    id: int = 0


def add(tx: Tx, session: Session) -> None:
    """Store a new session."""
    tx.execute(
        insert(sessions).values(
            digest=session.digest,
            user_id=session.user,
            account_id=session.account,
            confirmed=session.confirmed,
            device=session.device[:255],
            remote=session.remote[:64],
            created_at=session.created_at,
            seen_at=session.seen_at,
            expires_at=session.expires_at,
        )
    )


def by_digest(tx: Tx, digest: str) -> Session | None:
    """Return a session by the digest of its cookie."""
    row = tx.execute(select(sessions).where(sessions.c.digest == digest)).mappings().first()
    return None if row is None else _session(row)


def of_user(tx: Tx, user: UserId) -> Sequence[Session]:
    """Return the confirmed sessions of a user, those seen last first."""
    asked = select(sessions).where(sessions.c.user_id == user, sessions.c.confirmed)
    return [_session(row) for row in tx.execute(asked.order_by(sessions.c.seen_at.desc(), sessions.c.id)).mappings()]


def note_use(tx: Tx, digest: str, now_ms: int, expires_at: int) -> None:
    """Keep when a session was used last; it lasts longer by that."""
    tx.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=now_ms, expires_at=expires_at))


def confirm(tx: Tx, digest: str, expires_at: int) -> None:
    """Let a session in whose code was right."""
    tx.execute(update(sessions).where(sessions.c.digest == digest).values(confirmed=True, expires_at=expires_at))


def look_into(tx: Tx, digest: str, account: AccountId | None) -> None:
    """Have a session of the staff look into an account, or (None) into none any more."""
    tx.execute(update(sessions).where(sessions.c.digest == digest).values(account_id=account))


def end(tx: Tx, digest: str) -> None:
    """End the session of a cookie."""
    tx.execute(delete(sessions).where(sessions.c.digest == digest))


def end_by_id(tx: Tx, user: UserId, session: int) -> bool:
    """End a session of a user; return whether it was there."""
    return bool(tx.execute(delete(sessions).where(sessions.c.user_id == user, sessions.c.id == session)).rowcount)


def end_others(tx: Tx, user: UserId, kept: str = "") -> int:
    """End the sessions of a user, except that of a digest; return how many there were."""
    return tx.execute(delete(sessions).where(sessions.c.user_id == user, sessions.c.digest != kept)).rowcount


def forget(tx: Tx, now_ms: int) -> None:
    """Delete what has run out."""
    tx.execute(delete(sessions).where(sessions.c.expires_at <= now_ms))


def _session(row: RowMapping) -> Session:
    return Session(
        digest=row["digest"],
        user=UserId(row["user_id"]),
        confirmed=row["confirmed"],
        device=row["device"],
        remote=row["remote"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        account=None if row["account_id"] is None else AccountId(row["account_id"]),
        id=row["id"],
    )
