"""Accounts in keys, beside the keys that are in use; nothing is taken away

On PostgreSQL each new index is built while others write, and a table that becomes a partition is checked to fit. What
was begun and not ended is begun anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

SIZE = 5_000_000
STRIDE = 10
CHUNK = 20_000

OWNED = {
    "parts": ("message_id", "SELECT account_id FROM messages WHERE messages.id = {0}.message_id"),
    "moderated": ("message_id", "SELECT account_id FROM messages WHERE messages.id = {0}.message_id"),
    "subscribers": ("place", "SELECT account_id FROM bases WHERE bases.id = {0}.base_id"),
}
"""Tables that get the column: what they are gone through by, and whose a row is."""

KEYS = {
    "pk_bases": ("bases", "id, account_id"),
    "pk_callbacks": ("callbacks", "id, message_id, account_id"),
    "pk_campaigns": ("campaigns", "id, account_id"),
    "pk_files": ("files", "id, account_id"),
    "pk_greetings": ("greetings", "base_id, year, phone, account_id"),
    "pk_ledger": ("ledger", "id, account_id"),
    "pk_legs": ("legs", "message_id, step, account_id"),
    "pk_messages": ("messages", "id, account_id"),
    "pk_moderated": ("moderated", "message_id, account_id"),
    "pk_moderations": ("moderations", "id, account_id"),
    "pk_parts": ("parts", "link, provider_id, message_id, account_id"),
    "pk_patterns": ("patterns", "id, account_id"),
    "pk_queue": ("queue", "message_id, account_id"),
    "pk_registrations": ("registrations", "id, account_id"),
    "pk_subscribers": ("subscribers", "base_id, place, account_id"),
    "pk_transfers": ("transfers", "id, account_id"),
    "uq_files_stored": ("files", "stored, account_id"),
    "uq_ledger_message_id_step_kind": ("ledger", "message_id, step, kind, account_id"),
    "uq_subscribers_base_id_phone": ("subscribers", "base_id, phone, account_id"),
}
CUT = {"messages": "id", "legs": "message_id", "parts": "message_id", "callbacks": "message_id"}


def upgrade() -> None:
    again = op.get_bind().dialect.name == "postgresql"
    for table in OWNED:
        column = sa.Column("account_id", sa.BigInteger(), server_default="0", nullable=False)
        op.add_column(table, column, if_not_exists=True if again else None)
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            for table, (by, owner) in OWNED.items():
                _fill(table, by, owner)
            for name, (table, columns) in KEYS.items():
                _build(f"next_{name}", table, columns)
            _check()
    else:
        for table, (_, owner) in OWNED.items():
            op.execute(f"UPDATE {table} SET account_id = coalesce(({owner.format(table)}), 0)")


def _fill(table: str, column: str, owner: str) -> None:
    """Write down whose the rows are, some at a time."""
    last = op.get_bind().execute(sa.text(f"SELECT coalesce(max({column}), -1) FROM {table}")).scalar_one()
    step = CHUNK * (STRIDE if column == "message_id" else 1)
    for first in range(0, last + 1, step):
        op.execute(
            f"UPDATE {table} SET account_id = ({owner.format(table)}) WHERE account_id = 0"
            f" AND {column} >= {first} AND {column} < {first + step} AND ({owner.format(table)}) IS NOT NULL"
        )


def _build(name: str, table: str, columns: str) -> None:
    op.execute(f"DROP INDEX IF EXISTS {name}")  # one that could not be built to its end stays behind, and is no use
    op.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns})")


def _check() -> None:
    """Have it proven that the present rows fit the first partition; a whole partition's messages may come meanwhile."""
    taken = op.get_bind().execute(sa.text("SELECT value FROM counters WHERE name = 'messages'")).scalar() or 0
    end = (taken // SIZE + (2 if taken else 1)) * SIZE * STRIDE
    for table, column in CUT.items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS first_partition")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT first_partition CHECK ({column} < {end}) NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT first_partition")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in CUT:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS first_partition")
        for name in KEYS:
            op.execute(f"DROP INDEX IF EXISTS next_{name}")
    for table in OWNED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("account_id")
