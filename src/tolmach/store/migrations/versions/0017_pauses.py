"""Campaigns that are paused, and listed newest first"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("paused_at", sa.BigInteger()))
    op.create_index(op.f("ix_campaigns_account_id_id"), "campaigns", ["account_id", "id"], unique=False)


def downgrade() -> None:
    # what is paused must not wait for ever
    op.execute(
        "UPDATE queue SET kind = 0, due_at = (SELECT due_at FROM messages WHERE messages.id = queue.message_id)"
        " WHERE kind = 3"
    )
    op.drop_index(op.f("ix_campaigns_account_id_id"), "campaigns")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_column("paused_at")
