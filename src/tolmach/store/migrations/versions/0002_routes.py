"""Routes, classes of traffic, and lanes of the queue"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LANES = {"sms": 1, "viber": 4}  # channel -> the lane of its service traffic


def upgrade() -> None:
    op.create_table(
        "routes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=128), nullable=False),
        sa.Column("operator", sa.String(length=128), nullable=False),
        sa.Column("prefix", sa.String(length=15), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("sender", sa.String(length=15), nullable=False),
        sa.Column("traffic", sa.String(length=16), nullable=False),
        sa.Column("on_undelivered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("patience_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_routes_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routes")),
        sa.UniqueConstraint("position", name=op.f("uq_routes_position")),
    )
    op.create_table(
        "route_links",
        sa.Column("route_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_route_links_not_negative")),
        sa.ForeignKeyConstraint(["route_id"], ["routes.id"], name=op.f("fk_route_links_route_id")),
        sa.PrimaryKeyConstraint("route_id", "number", name=op.f("pk_route_links")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("traffic", sa.String(length=16), server_default="service", nullable=False))
    with op.batch_alter_table("senders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("traffic", sa.String(length=16), server_default="", nullable=False))
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.drop_index("ix_queue_kind_due_at")
        batch_op.add_column(sa.Column("lane", sa.SmallInteger(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("account_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("tried", sa.Text(), server_default="", nullable=False))
    _fill()
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_queue_kind_lane_due_at"), ["kind", "lane", "due_at"], unique=False)
        batch_op.create_index(
            "ix_queue_lane_account_id_due_at",
            ["lane", "account_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("kind = 0"),
            postgresql_where=sa.text("kind = 0"),
        )


def _fill() -> None:
    """Give what waits its account and its lane."""
    connection = op.get_bind()
    waiting = connection.execute(
        sa.text("SELECT q.message_id, q.step, m.account_id, m.plan FROM queue q JOIN messages m ON m.id = q.message_id")
    ).all()
    for message, step, account, plan in waiting:
        lane = LANES.get(json.loads(plan)[step - 1]["channel"], 1)
        connection.execute(
            sa.text("UPDATE queue SET account_id = :account, lane = :lane WHERE message_id = :message"),
            {"account": account, "lane": lane, "message": message},
        )


def downgrade() -> None:
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.drop_index("ix_queue_lane_account_id_due_at")
        batch_op.drop_index(batch_op.f("ix_queue_kind_lane_due_at"))
        batch_op.drop_column("tried")
        batch_op.drop_column("account_id")
        batch_op.drop_column("lane")
        batch_op.create_index(batch_op.f("ix_queue_kind_due_at"), ["kind", "due_at"], unique=False)
    with op.batch_alter_table("senders", schema=None) as batch_op:
        batch_op.drop_column("traffic")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("traffic")
    op.drop_table("route_links")
    op.drop_table("routes")
