"""Messages know the request that brought them"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "messages",
        sa.Column("request", sa.String(128), server_default="", nullable=False),
        if_not_exists=True if op.get_bind().dialect.name == "postgresql" else None,
    )


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("request")
