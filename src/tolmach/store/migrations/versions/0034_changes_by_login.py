"""Changes are found by who made them"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_audit_login_id"), "audit", ["login", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_login_id"), table_name="audit")
