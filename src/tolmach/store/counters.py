"""Counters: blocks of ids, and the revision of everything that changes seldom (accounts, senders, tariffs ...)."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared
from tolmach.store.schema import counters

MESSAGES = "messages"
CAMPAIGNS = "campaigns"
BASES = "bases"
FILES = "files"
PATTERNS = "patterns"
REVISION = "revision"
SERIES = "series"

_VALUE = Prepared(select(counters.c.value).where(counters.c.name == bindparam("name")))
_TAKE = Prepared(
    update(counters)
    .where(counters.c.name == bindparam("b_name"))
    .values(value=counters.c.value + bindparam("b_count"))
    .returning(counters.c.value)
)


def value(tx: Tx, name: str) -> int:
    """Return a counter (0 before its first use)."""
    return _VALUE.scalar(tx, name=name) or 0


def reserve(tx: Tx, name: str, count: int) -> int:
    """Take ``count`` numbers and return the first; the very first number is 1."""
    last = _TAKE.scalar(tx, b_name=name, b_count=count)
    if last is None:
        tx.execute(insert(counters).values(name=name, value=count))
        return 1
    return int(last) - count + 1


def touch_revision(tx: Tx) -> None:
    """Tell every process that cached settings of accounts are out of date."""
    reserve(tx, REVISION, 1)


def series(tx: Tx, drawn: int) -> int:
    """Return the number of this installation: ``drawn`` at its first use, and the same for ever after."""
    found = value(tx, SERIES)
    if not found:
        tx.execute(insert(counters).values(name=SERIES, value=drawn))
        found = drawn
    return found
