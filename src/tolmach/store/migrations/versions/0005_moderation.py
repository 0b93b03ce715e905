"""Senders with papers, the registry of operators, files, patterns, and texts that wait for a moderator"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moderation", sa.String(length=16), server_default="off", nullable=False))

    _create_papers()
    _create_moderations()
    op.execute(
        "INSERT INTO registrations (account_id, name, papers, created_at, decided_by, reason) "
        "SELECT account_id, name, '{}', created_at, '', '' FROM senders ORDER BY account_id, created_at, name"
    )


def _create_papers() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=15), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_registrations_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_registrations_account_id_name")),
    )
    op.create_table(
        "registry",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.String(length=15), nullable=False),
        sa.Column("operator", sa.String(length=16), nullable=False),
        sa.Column("legal_entity", sa.String(length=255), nullable=False),
        sa.Column("inn", sa.String(length=32), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_registry_account_id")),
        sa.PrimaryKeyConstraint("account_id", "sender", "operator", name=op.f("pk_registry")),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_files_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("stored", name=op.f("uq_files_stored")),
    )
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_files_account_id_id"), ["account_id", "id"], unique=False)


def _create_moderations() -> None:
    op.create_table(
        "patterns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_patterns_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patterns")),
    )
    with op.batch_alter_table("patterns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patterns_account_id_id"), ["account_id", "id"], unique=False)

    op.create_table(
        "moderations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_moderations_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderations")),
        sa.UniqueConstraint("account_id", "digest", name=op.f("uq_moderations_account_id_digest")),
    )
    with op.batch_alter_table("moderations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderations_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "moderated",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("moderation_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_moderated")),
    )
    with op.batch_alter_table("moderated", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moderated_moderation_id_message_id"), ["moderation_id", "message_id"], unique=False
        )

    op.create_table(
        "moderation_words",
        sa.Column("word", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_moderation_words")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("moderation_words")
    with op.batch_alter_table("moderated", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderated_moderation_id_message_id"))

    op.drop_table("moderated")
    with op.batch_alter_table("moderations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderations_state_id"))

    op.drop_table("moderations")
    with op.batch_alter_table("patterns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patterns_account_id_id"))

    op.drop_table("patterns")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_files_account_id_id"))

    op.drop_table("files")
    op.drop_table("registry")
    op.drop_table("registrations")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("moderation")
