"""Receipts kept with their ids as they came, the id rules of links, and links that were added"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orphans", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text_id", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("tlv_id", sa.String(length=64), server_default="", nullable=False))
    op.create_table(
        "link_ids",
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=16), nullable=False),
        sa.Column("tlv", sa.String(length=16), nullable=False),
        sa.Column("prefer", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_link_ids")),
    )
    op.create_table(
        "added_links",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_added_links")),
    )


def downgrade() -> None:
    op.drop_table("added_links")
    op.drop_table("link_ids")
    with op.batch_alter_table("orphans", schema=None) as batch_op:
        batch_op.drop_column("tlv_id")
        batch_op.drop_column("text_id")
