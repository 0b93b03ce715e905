"""How a partition leaves: everything of its messages at once, while others read and write.

It is marked first, all of its tables in one transaction; what is marked is detached and dropped, now or, when the
process dies in between, in a later round. Detaching waits for transactions that have begun before and for nobody else,
and nobody waits for it. Rows elsewhere that are about its messages - client ids, carriers' prices, waiting for a
moderator - have keys of other kinds and are deleted piece by piece before. All of this is PostgreSQL's alone.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import errors
from sqlalchemy import BindParameter, bindparam, delete, func, literal_column, select, text

from tolmach.core.ids import STRIDE, AccountId
from tolmach.store import partitions
from tolmach.store.database import Tx
from tolmach.store.partitions import Span
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.schema import PARTITIONED, callbacks, client_keys, costs, messages, moderated, parts, queue

MARK: Final = "tolmach: leaves"
ALONE: Final = "hashtextextended('alone leaving', 0)"
"""The lock of who lets partitions leave; who must have them stay shares it."""

PIECE_IDS: Final = 2_000 * STRIDE
LOCK_SECONDS = 2.0
PATIENCE_SECONDS = 20.0
"""For transactions that began before: then it is let be, and gone on with in the next round."""

_MARKED = text(
    "SELECT c.relname, c.relispartition, coalesce(i.inhdetachpending, false)"
    " FROM pg_class AS c LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
    " AND obj_description(c.oid, 'pg_class') = 'tolmach: leaves'"
)
_OWNERS = text(  # from one account to the next by the index, however many rows each has
    "WITH RECURSIVE owners AS ("
    " SELECT min(account_id) AS id FROM messages WHERE id >= :first AND id < :end UNION ALL"
    " SELECT (SELECT min(account_id) FROM messages WHERE id >= :first AND id < :end AND account_id > owners.id)"
    " FROM owners WHERE owners.id IS NOT NULL)"
    " SELECT owners.id, (SELECT accepted_at FROM messages WHERE account_id = owners.id AND messages.id >= :first"
    " AND messages.id < :end ORDER BY messages.id DESC LIMIT 1) FROM owners WHERE owners.id IS NOT NULL"
)


class Owner(NamedTuple):
    """Somebody who has messages in a range, and when the newest of them was accepted (milliseconds)."""

    account: AccountId
    newest: int


def owners(tx: Tx, span: Span) -> Sequence[Owner]:
    """Return whose messages a range has."""
    return [Owner(AccountId(row[0]), row[1]) for row in tx.execute(_OWNERS, span._asdict())]


def lives(tx: Tx, span: Span) -> bool:
    """Tell whether a message of a range is still on its way."""
    asked = select(queue.c.message_id).where(queue.c.message_id >= span.first, queue.c.message_id < span.end)
    return tx.execute(asked.limit(1)).first() is not None


def untold(tx: Tx, span: Span) -> bool:
    """Tell whether a client has still to be told of a message of a range."""
    asked = select(callbacks.c.id).where(callbacks.c.message_id >= span.first, callbacks.c.message_id < span.end)
    return tx.execute(asked.where(callbacks.c.state == literal_column("'pending'")).limit(1)).first() is not None


def count(tx: Tx, span: Span) -> int:
    """Return how many messages a range has."""
    asked = select(func.count()).select_from(messages)
    return tx.execute(asked.where(messages.c.id >= span.first, messages.c.id < span.end)).scalar_one()


def pieces(tx: Tx, span: Span) -> Sequence[Span]:
    """Return a range in pieces as `forget_around` takes them, as far as it has messages."""
    asked = select(func.min(messages.c.id), func.max(messages.c.id))
    first, last = tx.execute(asked.where(messages.c.id >= span.first, messages.c.id < span.end)).one()
    if first is None:
        return []
    return [Span(start, min(start + PIECE_IDS, last + 1)) for start in range(first, last + 1, PIECE_IDS)]


def forget_around(tx: Tx, span: Span) -> int:
    """Delete what is kept elsewhere of the messages of a range; return how many rows."""
    return sum(tx.execute(statement, span._asdict()).rowcount for statement in _AROUND)


def mark(tx: Tx, span: Span) -> None:
    """Say that the partitions of a range leave."""
    for one in partitions.found(tx):
        if (one.first, one.end) == span:
            tx.exec_driver_sql(f"COMMENT ON TABLE {one.name} IS '{MARK}'")


def leaves(tx: Tx, span: Span) -> bool:
    """Tell whether a range is marked already: what precedes that has been done, and must not be done again."""
    names = {one.name for one in partitions.found(tx) if one.table == "messages" and (one.first, one.end) == span}
    return any(row[0] in names for row in tx.execute(_MARKED))


def marked(tx: Tx) -> bool:
    """Tell whether something is marked, and there still."""
    return partitions.cut(tx) and tx.execute(_MARKED).first() is not None


def go(place: PostgresqlServer) -> Sequence[str]:
    """Detach and drop what is marked; return the tables that are gone. What cannot be had now is left for later."""
    gone: list[str] = []
    with place.connect() as connection:
        connection.execute(
            f"SET lock_timeout = {LOCK_SECONDS * 1000:.0f}; SET statement_timeout = {PATIENCE_SECONDS * 1000:.0f}"
        )
        alone = connection.execute(f"SELECT pg_try_advisory_lock({ALONE})").fetchone()
        if alone is None or not alone[0]:
            return gone
        try:
            for name, attached, begun in list(_in_order(connection)):
                _drop(connection, name, attached=attached, begun=begun)
                gone.append(name)
        except (errors.LockNotAvailable, errors.QueryCanceled):
            return gone
    return gone


def _in_order(connection: "psycopg.Connection[Any]") -> Iterator[tuple[str, bool, bool]]:
    """Yield what is marked: messages before what belongs to them, so that no message stands there without it.

    Of a table's what was begun comes first: while that is not ended, PostgreSQL begins no other.
    """
    order = list(PARTITIONED)
    found = connection.execute(str(_MARKED)).fetchall()
    yield from sorted(found, key=lambda row: (order.index(_table(row[0])), not row[2]))


def _drop(connection: "psycopg.Connection[Any]", name: str, *, attached: bool, begun: bool) -> None:
    if attached:
        how = "FINALIZE" if begun else "CONCURRENTLY"
        connection.execute(f"ALTER TABLE {_table(name)} DETACH PARTITION {name} {how}")
    connection.execute(f"DROP TABLE {name}")


def _table(name: str) -> str:
    return name.rpartition("_p")[0]


_FIRST: BindParameter[int] = bindparam("first")
_END: BindParameter[int] = bindparam("end")
_AROUND = (
    delete(client_keys).where(
        messages.c.id >= _FIRST,
        messages.c.id < _END,
        messages.c.client_key != "",
        client_keys.c.account_id == messages.c.account_id,
        client_keys.c.dialect == messages.c.dialect,
        client_keys.c.key == messages.c.client_key,
        client_keys.c.message_id == messages.c.id,
    ),
    delete(costs).where(
        parts.c.message_id >= _FIRST,
        parts.c.message_id < _END,
        costs.c.link == parts.c.link,
        costs.c.provider_id == parts.c.provider_id,
    ),
    delete(moderated).where(moderated.c.message_id >= _FIRST, moderated.c.message_id < _END),
)
