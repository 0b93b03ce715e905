"""Where the rows of each table belong when PostgreSQL is spread over several servers by account, and what follows.

On PostgreSQL every key of a tenant's table ends with what it lacks of the column that the table is partitioned by and
of ``account_id``: a distributed engine can tell that a key is unique only where it holds all of both. SQLite keeps the
keys as they are declared; an ``INTEGER PRIMARY KEY`` there is the row's own place, and a longer key would need an
index beside it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ColumnCollectionConstraint

from tolmach.store.schema.metadata import metadata

TENANT = "account_id"

PARTITIONED = {"messages": "id", "legs": "message_id", "parts": "message_id", "callbacks": "message_id"}
"""Tables that are cut by ranges of message ids, on PostgreSQL; messages first: who goes, goes in this order."""

REFERENCE = {
    "accounts": "who is known by a login, whatever his id",
    "closed_days": "days of the whole installation",
    "counted_hours": "hours of the whole installation",
    "direction_prefixes": "prices and directions are everybody's",
    "directions": "prices and directions are everybody's",
    "inbox_numbers": "tells whose an incoming message is, so it is found by number",
    "moderation_words": "words are everybody's",
    "numbering": "the numbering plan is everybody's",
    "prices": "prices and directions are everybody's",
    "recovery_codes": "people are found by login, and some are the operator's staff",
    "route_links": "rules of routing are everybody's",
    "routes": "rules of routing are everybody's",
    "sessions": "found by the cookie, before anybody knows whose it is",
    "tariffs": "prices and directions are everybody's",
    "tokens": "found by the token, before anybody knows whose it is",
    "users": "people are found by login, and some are the operator's staff",
}
"""Small tables of which every server has a copy, and why they are not an account's."""

LOCAL = {
    "added_links": "links are the operator's",
    "audit": "some of it is nobody's but the operator's",
    "costs": "carriers' prices come by the carrier's id, before anybody knows whose message that is",
    "counters": "one row is taken from by everybody",
    "inbox": "incoming messages are nobody's until somebody takes them",
    "inbox_parts": "incoming messages are nobody's until they are whole",
    "link_events": "links are the operator's",
    "leases": "who of the processes does what only one may do",
    "link_health": "links are the operator's",
    "link_history": "links are the operator's",
    "link_ids": "links are the operator's",
    "link_pauses": "links are the operator's",
    "orphans": "receipts that match no message are nobody's",
}
"""Tables that stay on one server, and why they are not an account's."""


def key(table: Table, names: Iterable[str]) -> list[str]:
    """Return the columns of a primary key or unique constraint as PostgreSQL has it."""
    found = list(names)
    if table.name in REFERENCE or table.name in LOCAL:
        return found
    wanted = (PARTITIONED.get(table.name), TENANT)
    return found + [name for name in wanted if name is not None and name not in found]


@compiles(PrimaryKeyConstraint, "postgresql")
def _primary(constraint: PrimaryKeyConstraint, compiler: Any, **options: Any) -> str:
    if _is_ours(constraint):
        return _said("PRIMARY KEY", constraint, compiler)
    plain: str = compiler.visit_primary_key_constraint(constraint, **options)
    return plain


@compiles(UniqueConstraint, "postgresql")
def _unique(constraint: UniqueConstraint, compiler: Any, **options: Any) -> str:
    if _is_ours(constraint):
        return _said("UNIQUE", constraint, compiler)
    plain: str = compiler.visit_unique_constraint(constraint, **options)
    return plain


def _is_ours(constraint: ColumnCollectionConstraint) -> bool:
    """Tell whether the table is one of the schema: migrations make tables as they were then."""
    return isinstance(constraint.table, Table) and constraint.table.metadata is metadata


def _said(kind: str, constraint: ColumnCollectionConstraint, compiler: Any) -> str:
    names = ", ".join(map(compiler.preparer.quote, key(constraint.table, (c.name for c in constraint.columns))))
    return f"CONSTRAINT {compiler.preparer.format_constraint(constraint)} {kind} ({names})"
