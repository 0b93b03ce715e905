"""Files are decided on"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(16), server_default="order", nullable=False))
        batch_op.add_column(sa.Column("decided_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("decided_by", sa.String(64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("reason", sa.String(255), server_default="", nullable=False))
        batch_op.create_index(op.f("ix_files_state_id"), ["state", "id"])
    op.execute("update files set state = 'completed'")  # they were judged with their senders


def downgrade() -> None:
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_files_state_id"))
        for name in ("reason", "decided_by", "decided_at", "state"):
            batch_op.drop_column(name)
