"""Counters: blocks of ids, and the revision of everything that changes seldom (accounts, senders, tariffs ...)."""

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from tolmach.store.database import Tx
from tolmach.store.schema import counters

MESSAGES = "messages"
CAMPAIGNS = "campaigns"
REVISION = "revision"

_VALUE = select(counters.c.value)


def value(tx: Tx, name: str) -> int:
    """Return a counter (0 before its first use)."""
    return tx.execute(_VALUE.where(counters.c.name == name)).scalar() or 0


def reserve(tx: Tx, name: str, count: int) -> int:
    """Take ``count`` numbers and return the first; the very first number is 1."""
    taken = update(counters).where(counters.c.name == name).values(value=counters.c.value + count)
    last = tx.execute(taken.returning(counters.c.value)).scalar()
    if last is None:
        tx.execute(insert(counters).values(name=name, value=count))
        return 1
    return int(last) - count + 1


def touch_revision(tx: Tx) -> None:
    """Tell every process that cached settings of accounts are out of date."""
    reserve(tx, REVISION, 1)
