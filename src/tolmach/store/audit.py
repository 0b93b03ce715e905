"""The audit log: who changed what, when and from where. Rows are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select

from tolmach.core.ids import AccountId
from tolmach.core.users import UserId
from tolmach.store.database import Tx
from tolmach.store.schema import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; ``user`` None: by the command line; ``account`` None: of the operator's own affairs.

    ``detail`` never has a password or the text of a message.
    """

    at: int
    user: UserId | None
    login: str
    account: AccountId | None
    action: str
    detail: str
    remote: str
    id: int = 0


def add(tx: Tx, entry: Entry) -> None:
    """Add a change."""
    tx.execute(
        insert(audit).values(
            at=entry.at,
            user_id=entry.user,
            login=entry.login,
            account_id=entry.account,
            action=entry.action[:64],
            detail=entry.detail,
            remote=entry.remote[:64],
        )
    )


def of_account(tx: Tx, account: AccountId, before: int, limit: int) -> Sequence[Entry]:
    """Return the changes of an account whose ids are below ``before`` (0: all), newest first."""
    asked = select(audit).where(audit.c.account_id == account)
    return _page(tx, asked, before, limit)


def everything(tx: Tx, before: int, limit: int, account: AccountId | None = None, login: str = "") -> Sequence[Entry]:
    """Return changes whose ids are below ``before`` (0: all), newest first: of an account's affairs, by a login."""
    asked = select(audit)
    if account is not None:
        asked = asked.where(audit.c.account_id == account)
    if login:
        asked = asked.where(audit.c.login == login)
    return _page(tx, asked, before, limit)


def _page(tx: Tx, asked: Select[Any], before: int, limit: int) -> Sequence[Entry]:
    if before:
        asked = asked.where(audit.c.id < before)
    return [
        Entry(
            at=row["at"],
            user=None if row["user_id"] is None else UserId(row["user_id"]),
            login=row["login"],
            account=None if row["account_id"] is None else AccountId(row["account_id"]),
            action=row["action"],
            detail=row["detail"],
            remote=row["remote"],
            id=row["id"],
        )
        for row in tx.execute(asked.order_by(audit.c.id.desc()).limit(limit)).mappings()
    ]
