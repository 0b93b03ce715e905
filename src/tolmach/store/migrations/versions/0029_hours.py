"""Hours whose messages are counted, and an index of payments"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():  # others go on writing while it is built
            op.execute("DROP INDEX IF EXISTS ix_ledger_payments")  # one that could not be built to its end
            op.execute(
                "CREATE INDEX CONCURRENTLY ix_ledger_payments ON ledger (account_id, id) WHERE message_id IS NULL"
            )
    else:
        none = sa.text("message_id IS NULL")
        op.create_index("ix_ledger_payments", "ledger", ["account_id", "id"], sqlite_where=none)
    op.create_table(
        "counted_hours",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("end_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_counted_hours")),
    )
    op.create_table(
        "hour_sums",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "hour", name=op.f("pk_hour_sums")),
        sqlite_with_rowid=False,
    )
    some = sa.text("live > 0")
    op.create_index("ix_hour_sums_live", "hour_sums", ["hour"], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    op.drop_index("ix_ledger_payments", "ledger")
    op.drop_table("hour_sums")
    op.drop_table("counted_hours")
