"""Partitions: on PostgreSQL messages and what belongs to them are cut by ranges of message ids, which grow with time.

The tables of `PARTITIONED` are cut at the same ids. A partition is made apart and attached, and leaves by being
detached while others work: neither waits for those who read and write, nor do they wait for it. Partitions are made
ahead (`make_ahead`), and whoever takes ids that lie behind the last one makes it himself (`make_until`), so that a
message never lacks a place. SQLite keeps whole tables; everything here does nothing there.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, text

from tolmach.core.ids import LARGEST, STRIDE
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.schema import PARTITIONED

SIZE: Final = 5_000_000
"""Messages that a partition takes, unless the installation says otherwise."""
SMALLEST: Final = 1_000
AHEAD: Final = 2
"""Partitions that stand empty behind the one in use."""
_SIZE_NAME = "partition"
_ENDS: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()
"""Up to which ids each open database has places, as far as has been looked: that only grows."""

_FOUND = text(
    "SELECT parent.relname, child.relname, pg_get_expr(child.relpartbound, child.oid), child.reltuples,"
    " pg_total_relation_size(child.oid), i.inhdetachpending"
    " FROM pg_inherits AS i JOIN pg_class AS parent ON parent.oid = i.inhparent"
    " JOIN pg_class AS child ON child.oid = i.inhrelid"
    " WHERE parent.relnamespace = current_schema()::regnamespace AND parent.relkind = 'p'"
)
_BOUND = re.compile(r"FROM \((MINVALUE|'?\d+'?)\) TO \('?(\d+)'?\)")


class Partition(NamedTuple):
    """One table's rows of the messages with ids in [first, end). ``rows`` and ``size`` (bytes) as PostgreSQL last
    counted them; ``leaving``: its detachment was begun and not ended.
    """

    table: str
    name: str
    first: int
    end: int
    rows: int
    size: int
    leaving: bool


class Span(NamedTuple):
    """Message ids in [first, end) that all tables keep apart."""

    first: int
    end: int


def cut(tx: Tx) -> bool:
    """Tell whether tables are cut here."""
    return flavour(tx).cuts_tables


def found(tx: Tx) -> Sequence[Partition]:
    """Return all partitions, by the order of tables and then of ids."""
    if not flavour(tx).cuts_tables:
        return []
    order = list(PARTITIONED)
    listed = [_partition(*row) for row in tx.execute(_FOUND) if row[0] in PARTITIONED]
    return sorted(listed, key=lambda one: (order.index(one.table), one.first))


def spans(tx: Tx) -> Sequence[Span]:
    """Return the ranges of ids that messages are cut into, in order; of whole tables: one range of all ids."""
    if not flavour(tx).cuts_tables:
        return [Span(0, LARGEST)]
    return [Span(one.first, one.end) for one in found(tx) if one.table == "messages"]


def size(tx: Tx) -> int:
    """Return how many messages a new partition takes."""
    return given_size(tx) or SIZE


def given_size(tx: Tx) -> int:
    """Return how many messages a new partition takes if somebody has said so, else 0."""
    return counters.value(tx, _SIZE_NAME)


def set_size(tx: Tx, messages: int) -> None:
    """Say how many messages new partitions take; those that are there stay as they are. ValueError."""
    if not SMALLEST <= messages <= LARGEST // STRIDE // 1_000:
        raise ValueError(f"a partition takes {SMALLEST} messages or more")
    counters.put(tx, _SIZE_NAME, messages)


def ahead(tx: Tx) -> int:
    """Return how many messages still have a place."""
    ends = [span.end for span in spans(tx)]
    return (max(ends, default=0) // STRIDE) - counters.value(tx, counters.MESSAGES)


def enough(tx: Tx) -> bool:
    """Tell whether messages have places for a while."""
    return not flavour(tx).cuts_tables or ahead(tx) >= AHEAD * size(tx)


def make_ahead(tx: Tx) -> int:
    """Make partitions for messages to come; return how many ranges of ids were made."""
    if not flavour(tx).cuts_tables:
        return 0
    return make_until(tx, (counters.value(tx, counters.MESSAGES) + AHEAD * size(tx)) * STRIDE)


def make_until(tx: Tx, last: int, messages: int = 0) -> int:
    """Make partitions so that a message with the id ``last`` has a place; return how many ranges were made.

    ``messages``: how many each takes, if not what is stored.
    """
    if not flavour(tx).cuts_tables or _end(tx) > last:
        return 0
    flavour(tx).lock(tx, "partitions")  # who comes at the same time waits, and finds them made
    step = (messages or size(tx)) * STRIDE
    starts = range(_end(tx), last + 1, step)
    for first in starts:
        for table in PARTITIONED:
            _make(tx, table, Span(first, first + step))
    return len(starts)


def reserve(tx: Tx, count: int) -> int:
    """Take numbers for messages and return the first; every one of them has a place."""
    first = counters.reserve(tx, counters.MESSAGES, count)
    last = (first + count - 1) * STRIDE
    if flavour(tx).cuts_tables and last >= _ENDS.get(tx.engine, 0):
        _ENDS[tx.engine] = flavour(tx).apart(tx, lambda own: _end_behind(own, last))
    return first


def _end_behind(tx: Tx, last: int) -> int:
    make_until(tx, last)
    return _end(tx)


def _end(tx: Tx) -> int:
    """Return the id behind those that have a place in every table."""
    ends: dict[str, int] = dict.fromkeys(PARTITIONED, 0)
    for one in found(tx):
        ends[one.table] = max(ends[one.table], one.end)
    return min(ends.values())


def _make(tx: Tx, table: str, span: Span) -> None:
    """Make a partition beside its table, and attach it: that keeps nobody from the table, making it there would."""
    name = f"{table}_p{span.first}"
    cursor = tx.connection.cursor()
    cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({span.first}) TO ({span.end})")


def _partition(table: str, name: str, bound: str, rows: float, size: int, leaving: bool) -> Partition:
    known = _BOUND.search(bound)
    if known is None:
        raise ValueError(f"{name} is no range of ids: {bound}")
    first, end = (0 if one == "MINVALUE" else int(one.strip("'")) for one in known.groups())
    return Partition(table, name, first, end, max(int(rows), 0), size, leaving)
