"""Answers to callbacks that confirm nothing are counted, and accounts choose what becomes of what is uncertain"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    again = True if op.get_bind().dialect.name == "postgresql" else None
    op.add_column(
        "callbacks",
        sa.Column("answered", sa.SmallInteger(), server_default="0", nullable=False),
        if_not_exists=again,
    )
    op.add_column(
        "accounts",
        sa.Column("uncertain", sa.String(16), server_default="usual", nullable=False),
        if_not_exists=again,
    )


def downgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("uncertain")
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.drop_column("answered")
