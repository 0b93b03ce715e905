"""When stop lists changed"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stop_lists",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_stop_lists")),
    )
    op.execute("INSERT INTO stop_lists SELECT account_id, max(created_at) FROM stops GROUP BY account_id")


def downgrade() -> None:
    op.drop_table("stop_lists")
