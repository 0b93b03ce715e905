"""Who was greeted in which year, or why not. The key is the promise: one greeting per base, subscriber and year."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select, tuple_

from tolmach.core.ids import AccountId, MessageId
from tolmach.store.database import Tx
from tolmach.store.prepared import insertion
from tolmach.store.schema import greetings


class Greeted(NamedTuple):
    """A greeting; the fields are the table's columns. ``message`` is None for a refused one, ``reason`` says why."""

    base: int
    year: int
    phone: str
    account: AccountId
    message: MessageId | None
    reason: str
    at: int


_INSERT = insertion(greetings)


def add(tx: Tx, rows: Sequence[Greeted]) -> None:
    """Store greetings; one that is there already undoes the transaction, and with it the message that it came with."""
    _INSERT.run_many(tx, rows)


def latest(tx: Tx, base: int, limit: int, *, refused: bool = False) -> Sequence[Greeted]:
    """Return the newest greetings of a base (``refused``: of those only), newest first."""
    asked = select(greetings).where(greetings.c.base_id == base)
    if refused:
        asked = asked.where(greetings.c.message_id.is_(None))
    asked = asked.order_by(greetings.c.at.desc(), greetings.c.phone).limit(limit)
    return [Greeted._make(row) for row in tx.execute(asked)]


def counts(tx: Tx, base: int) -> tuple[int, int]:
    """Return how many greetings of a base were sent and how many refused."""
    asked = select(func.count(greetings.c.message_id), func.count()).where(greetings.c.base_id == base)
    sent, every = tx.execute(asked).one()
    return sent, every - sent


def forget_refused(tx: Tx, base: int, since_ms: int) -> int:
    """Forget the refusals since a moment, as if nobody had tried; return how many."""
    chosen = delete(greetings).where(
        greetings.c.base_id == base, greetings.c.at >= since_ms, greetings.c.message_id.is_(None)
    )
    return tx.execute(chosen).rowcount


def purge(tx: Tx, base: int, most: int) -> int:
    """Take away greetings of a deleted base; return how many."""
    chosen = select(greetings.c.year, greetings.c.phone).where(greetings.c.base_id == base).limit(most)
    key = tuple_(greetings.c.year, greetings.c.phone)
    return tx.execute(delete(greetings).where(greetings.c.base_id == base, key.in_(chosen))).rowcount
