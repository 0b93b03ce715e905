"""Changes are found by who made them"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():  # others go on writing while it is built
            op.execute("DROP INDEX IF EXISTS ix_audit_login_id")  # one that could not be built to its end
            op.execute("CREATE INDEX CONCURRENTLY ix_audit_login_id ON audit (login, id)")
    else:
        op.create_index(op.f("ix_audit_login_id"), "audit", ["login", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_login_id"), table_name="audit")
