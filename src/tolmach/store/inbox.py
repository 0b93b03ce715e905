"""The inbox: messages that subscribers wrote, each an account's or nobody's yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Tuple, insert, literal, select, tuple_, update

from tolmach.core.ids import AccountId
from tolmach.store.database import Tx
from tolmach.store.schema import inbox


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a subscriber; ``id`` 0 before it is stored, ``account`` None while it is nobody's."""

    account: AccountId | None
    received_at: int
    sender: str
    recipient: str
    prefix: str
    link: str
    text: str
    id: int = 0


class Span(NamedTuple):
    """Messages from ``edge`` on, and older than ``before``; None: no bound."""

    edge: Letter | None = None
    before: Letter | None = None


def add(tx: Tx, letters: Sequence[Letter]) -> None:
    """Store new messages."""
    if letters:
        tx.execute(
            insert(inbox),
            [
                {
                    "account_id": one.account,
                    "received_at": one.received_at,
                    "sender": one.sender,
                    "recipient": one.recipient,
                    "prefix": one.prefix,
                    "link": one.link,
                    "text": one.text,
                }
                for one in letters
            ],
        )


def between(tx: Tx, account: AccountId, start: int, end: int, limit: int) -> Sequence[Letter]:
    """Return an account's messages of ``start`` <= moment < ``end`` (milliseconds), oldest first."""
    asked = select(inbox).where(inbox.c.account_id == account, inbox.c.received_at >= start, inbox.c.received_at < end)
    return [_letter(row) for row in tx.execute(asked.order_by(inbox.c.received_at, inbox.c.id).limit(limit))]


def newest(tx: Tx, account: AccountId | None, limit: int, *, everybody: bool = False) -> Sequence[Letter]:
    """Return the newest messages of an account (None: of nobody), or of all; newest first."""
    asked = select(inbox).order_by(inbox.c.id.desc()).limit(limit)
    return [_letter(row) for row in tx.execute(asked if everybody else asked.where(inbox.c.account_id == account))]


def page(tx: Tx, account: AccountId, limit: int, before: Letter | None = None) -> Sequence[Letter]:
    """Return an account's messages that were received before one of them (None: the latest), newest first."""
    return [_letter(row) for row in tx.execute(_backwards(account, before).limit(limit))]


def edge(tx: Tx, account: AccountId, looked_at: int, before: Letter | None = None) -> Letter | None:
    """Return the message so many before one of them, None when there are fewer: where a search rests."""
    row = tx.execute(_backwards(account, before).offset(looked_at - 1).limit(1)).first()
    return None if row is None else _letter(row)


def from_sender(tx: Tx, account: AccountId, sender: str, span: Span, limit: int) -> Sequence[Letter]:
    """Return an account's messages of a span whose senders begin so, newest first."""
    asked = _backwards(account, span.before).where(inbox.c.sender.startswith(sender, autoescape=True))
    if span.edge is not None:
        asked = asked.where(_key >= _place(span.edge))
    return [_letter(row) for row in tx.execute(asked.limit(limit))]


def _backwards(account: AccountId, before: Letter | None) -> Select[Any]:
    asked = select(inbox).where(inbox.c.account_id == account)
    if before is not None:
        asked = asked.where(_key < _place(before))
    return asked.order_by(inbox.c.received_at.desc(), inbox.c.id.desc())


_key = tuple_(inbox.c.received_at, inbox.c.id)


def _place(one: Letter) -> Tuple:
    return tuple_(literal(one.received_at), literal(one.id))


def by_id(tx: Tx, number: int) -> Letter | None:
    """Return a message."""
    row = tx.execute(select(inbox).where(inbox.c.id == number)).first()
    return None if row is None else _letter(row)


def assign(tx: Tx, number: int, account: AccountId, received_at: int) -> None:
    """Give a message that is nobody's to an account, whose programs see it as received at this moment."""
    change = update(inbox).where(inbox.c.id == number, inbox.c.account_id.is_(None))
    tx.execute(change.values(account_id=account, received_at=received_at))


def _letter(row: Row[tuple[object, ...]]) -> Letter:
    account = None if row.account_id is None else AccountId(row.account_id)
    known = (row.received_at, row.sender, row.recipient, row.prefix, row.link, row.text)
    return Letter(account, *known, id=row.id)
