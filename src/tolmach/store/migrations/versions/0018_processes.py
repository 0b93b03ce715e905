"""Leases of processes, and links of which several processes have something to say"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.drop_table("link_health")  # what it says is said anew every few seconds
    op.create_table(
        "link_health",
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=64), server_default="", nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("link", "process", name=op.f("pk_link_health")),
    )


def downgrade() -> None:
    op.drop_table("link_health")
    op.create_table(
        "link_health",
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_link_health")),
    )
    op.drop_table("leases")
