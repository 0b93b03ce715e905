"""Periods for which accounts' messages are kept"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retentions",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_retentions_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_retentions")),
    )


def downgrade() -> None:
    op.drop_table("retentions")
