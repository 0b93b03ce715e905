"""Accounts may have limits of their own: requests, and messages, a second"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    again = True if op.get_bind().dialect.name == "postgresql" else None
    for name in ("request_rate", "message_rate"):
        op.add_column("accounts", sa.Column(name, sa.Integer(), nullable=True), if_not_exists=again)


def downgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("message_rate")
        batch_op.drop_column("request_rate")
