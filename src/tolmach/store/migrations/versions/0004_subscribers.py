"""subscribers"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("greets", sa.Boolean(), nullable=False),
        sa.Column("greets_at", sa.SmallInteger(), nullable=False),
        sa.Column("local_time", sa.Boolean(), nullable=False),
        sa.Column("days_before", sa.SmallInteger(), nullable=False),
        sa.Column("sender", sa.String(length=15), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_bases_size_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bases")),
    )
    with op.batch_alter_table("bases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bases_account_id_id"), ["account_id", "id"], unique=False)

    op.create_table(
        "greetings",
        sa.Column("base_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("phone", sa.String(length=15), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("base_id", "year", "phone", name=op.f("pk_greetings")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("greetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_greetings_base_id_at"), ["base_id", "at"], unique=False)

    op.create_table(
        "subscribers",
        sa.Column("base_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=15), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("patronymic", sa.Text(), nullable=False),
        sa.Column("born", sa.String(length=10), nullable=False),
        sa.Column("birthday", sa.SmallInteger(), nullable=True),
        sa.Column("gender", sa.String(length=1), nullable=False),
        sa.Column("addition_1", sa.Text(), nullable=False),
        sa.Column("addition_2", sa.Text(), nullable=False),
        sa.Column("addition_3", sa.Text(), nullable=False),
        sa.Column("addition_4", sa.Text(), nullable=False),
        sa.Column("addition_5", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("base_id", "place", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("base_id", "phone", name=op.f("uq_subscribers_base_id_phone")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("subscribers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_subscribers_base_id_birthday",
            ["base_id", "birthday", "phone"],
            unique=False,
            sqlite_where=sa.text("birthday IS NOT NULL"),
            postgresql_where=sa.text("birthday IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_subscribers_base_id_changed_at"), ["base_id", "changed_at"], unique=False)


def downgrade() -> None:
    op.drop_table("subscribers")
    op.drop_table("greetings")
    op.drop_table("bases")
