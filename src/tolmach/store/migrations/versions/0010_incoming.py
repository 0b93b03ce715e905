"""What subscribers write: numbers, the inbox, parts; and what is scheduled for one number"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox_numbers",
        sa.Column("phone", sa.String(length=21), nullable=False),
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_inbox_numbers_account_id")),
        sa.PrimaryKeyConstraint("phone", "prefix", name=op.f("pk_inbox_numbers")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.String(length=21), nullable=False),
        sa.Column("recipient", sa.String(length=21), nullable=False),
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_account_id"), ["account_id", "received_at", "id"], unique=False)
    op.create_table(
        "inbox_parts",
        sa.Column("sender", sa.String(length=21), nullable=False),
        sa.Column("recipient", sa.String(length=21), nullable=False),
        sa.Column("reference", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sender", "recipient", "reference", "total", "number", name=op.f("pk_inbox_parts")),
    )
    with op.batch_alter_table("inbox_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_parts_arrived_at"), ["arrived_at"], unique=False)
        batch_op.create_index(
            "ix_inbox_parts_waiting",
            ["arrived_at"],
            unique=False,
            sqlite_where=sa.text("joined_at IS NULL"),
            postgresql_where=sa.text("joined_at IS NULL"),
        )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_scheduled_to",
            ["account_id", "recipient"],
            unique=False,
            sqlite_where=sa.text("due_at > accepted_at"),
            postgresql_where=sa.text("due_at > accepted_at"),
        )


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_scheduled_to")
    with op.batch_alter_table("inbox_parts", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_parts_waiting")
        batch_op.drop_index(batch_op.f("ix_inbox_parts_arrived_at"))
    op.drop_table("inbox_parts")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_account_id"))
    op.drop_table("inbox")
    op.drop_table("inbox_numbers")
