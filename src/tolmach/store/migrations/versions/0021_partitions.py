"""On PostgreSQL: the new keys take the places of the old ones, and messages are cut by their ids

The present tables become the first partitions, without a row being touched. Gateways of earlier versions cannot work
on it: they rely on the old keys.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEYS = {
    "pk_bases": "bases",
    "pk_campaigns": "campaigns",
    "pk_files": "files",
    "pk_greetings": "greetings",
    "pk_ledger": "ledger",
    "pk_moderated": "moderated",
    "pk_moderations": "moderations",
    "pk_patterns": "patterns",
    "pk_queue": "queue",
    "pk_registrations": "registrations",
    "pk_subscribers": "subscribers",
    "pk_transfers": "transfers",
    "uq_files_stored": "files",
    "uq_ledger_message_id_step_kind": "ledger",
    "uq_subscribers_base_id_phone": "subscribers",
}
CUT = {
    "messages": ("id", "id, account_id"),
    "legs": ("message_id", "message_id, step, account_id"),
    "parts": ("message_id", "link, provider_id, message_id, account_id"),
    "callbacks": ("message_id", "id, message_id, account_id"),
}
INDEXES = sa.text(
    "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid"
    " WHERE x.indrelid = CAST(:of AS regclass) AND NOT x.indisunique ORDER BY i.relname"
)


def upgrade() -> None:
    tx = op.get_bind()
    tx.execute(sa.text("INSERT INTO counters (name, value) VALUES ('code', 21)"))  # the oldest code that may work
    if tx.dialect.name != "postgresql":
        return
    for key, table in KEYS.items():
        kind = "PRIMARY KEY" if key.startswith("pk_") else "UNIQUE"
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {key}, ADD CONSTRAINT {key} {kind} USING INDEX next_{key}")
    for table, (column, key) in CUT.items():
        _cut(table, column, key)
    op.execute("ALTER SEQUENCE callbacks_id_seq OWNED BY callbacks.id")


def _cut(table: str, column: str, key: str) -> None:
    """Put a table with partitions in a table's place, of which that is the first one."""
    tx, first = op.get_bind(), f"{table}_p0"
    end = int(_one(tx, f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE {_check_of(table)}"))
    op.execute(f"ALTER TABLE {table} RENAME TO {first}")
    op.execute(
        f"ALTER TABLE {first} DROP CONSTRAINT pk_{table},"
        f" ADD CONSTRAINT {first}_pkey PRIMARY KEY USING INDEX next_pk_{table}"
    )
    op.execute(f"CREATE TABLE {table} (LIKE {first} INCLUDING DEFAULTS) PARTITION BY RANGE ({column})")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({key})")
    for name, definition in tx.execute(INDEXES, {"of": first}).all():
        op.execute(f"ALTER INDEX {name} RENAME TO {first}_{name.removeprefix(f'ix_{table}_')}")
        op.execute(re.sub(r" ON \S+ USING", f" ON {table} USING", definition, count=1))
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {first} FOR VALUES FROM (MINVALUE) TO ({end})")
    op.execute(f"ALTER TABLE {first} DROP CONSTRAINT first_partition")


def _check_of(table: str) -> str:
    return f"conname = 'first_partition' AND conrelid = '{table}'::regclass"


def _one(tx: sa.Connection, asked: str) -> str:
    said: str = tx.execute(sa.text(asked)).scalar_one()
    return "".join(re.findall(r"\d+", said))


def downgrade() -> None:
    raise NotImplementedError("partitions cannot be made one table again in place: restore a copy of before")
