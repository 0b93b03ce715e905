"""Credit limits, closed days, failed callbacks"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None

SUMS = ("topped_up", "transferred", "set_aside", "charged", "given_back", "available", "held")


def upgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credit", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "closed_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("last_entry", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closed_days")),
    )
    op.create_table(
        "day_sums",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        *[sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS],
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_day_sums")),
    )
    op.create_index(op.f("ix_day_sums_day"), "day_sums", ["day"], unique=False)
    op.create_index(
        "ix_callbacks_failed_id",
        "callbacks",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'failed'"),
        postgresql_where=sa.text("state = 'failed'"),
    )


def downgrade() -> None:
    op.drop_index("ix_callbacks_failed_id", table_name="callbacks")
    op.drop_index(op.f("ix_day_sums_day"), table_name="day_sums")
    op.drop_table("day_sums")
    op.drop_table("closed_days")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("credit")
