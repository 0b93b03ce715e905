"""Messages on their way: what was asked, what must happen next, what happened, what is to be told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tolmach.store.schema.metadata import Serial, metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("account_id", BigInteger, nullable=False),
    Column("dialect", String(16), nullable=False),
    Column("key", String(64), nullable=False),
    Column("sender", String(15), nullable=False),
    Column("text", Text, nullable=False),
    Column("sends_at", BigInteger, nullable=False),
    Column("paused_at", BigInteger),  # null: it is sent as it falls due
    UniqueConstraint("account_id", "dialect", "key"),
    Index(None, "account_id", "id"),
    Index(None, "account_id", "dialect", "sends_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("account_id", BigInteger, nullable=False),
    Column("campaign_id", BigInteger),
    Column("dialect", String(16), nullable=False),
    Column("client_key", String(64), nullable=False),
    Column("recipient", String(15), nullable=False),
    Column("label", String(255), nullable=False),
    Column("plan", Text, nullable=False),
    Column("charge_on", String(16), nullable=False),
    Column("accepted_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("request", String(128), nullable=False, server_default=""),  # see core.requests
    Index(None, "account_id", "id"),
    Index(
        "ix_messages_scheduled",  # costs nothing for what is sent at once
        "account_id",
        "due_at",
        sqlite_where=text("due_at > accepted_at"),
        postgresql_where=text("due_at > accepted_at"),
    ),
    Index(
        "ix_messages_scheduled_to",
        "account_id",
        "recipient",
        sqlite_where=text("due_at > accepted_at"),
        postgresql_where=text("due_at > accepted_at"),
    ),
    Index(
        "ix_messages_campaign_id",
        "campaign_id",
        sqlite_where=text("campaign_id IS NOT NULL"),
        postgresql_where=text("campaign_id IS NOT NULL"),
    ),
    postgresql_partition_by="RANGE (id)",
)

client_keys = Table(
    "client_keys",
    metadata,
    Column("account_id", BigInteger, nullable=False),
    Column("dialect", String(16), nullable=False),
    Column("key", String(64), nullable=False),
    Column("message_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "dialect", "key"),
    sqlite_with_rowid=False,
)

queue = Table(
    "queue",
    metadata,
    Column("message_id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, nullable=False),  # 0: submit the step, 1: give the step up, 2: moderate, 3: paused
    Column("due_at", BigInteger, nullable=False),  # while claimed: when the lease runs out
    Column("step", SmallInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", String(64), nullable=False),
    Column("uncertain", Boolean, nullable=False),
    Column("lane", SmallInteger, nullable=False, server_default="1"),  # see core.traffic
    Column("account_id", BigInteger, nullable=False, server_default="0"),
    Column("tried", Text, nullable=False, server_default=""),  # links that did not deliver the step, by commas
    Index(None, "kind", "lane", "due_at"),
    Index(  # for fair shares: the accounts of a lane, and what is due of each
        "ix_queue_lane_account_id_due_at",
        "lane",
        "account_id",
        "due_at",
        sqlite_where=text("kind = 0"),
        postgresql_where=text("kind = 0"),
    ),
)

legs = Table(
    "legs",
    metadata,
    Column("message_id", BigInteger, nullable=False),
    Column("step", SmallInteger, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("link", String(64), nullable=False),
    Column("charged", BigInteger, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
    Column("submitted_at", BigInteger),
    Column("delivered_at", BigInteger),
    Column("changed_at", BigInteger, nullable=False),
    Column("uncertain", Boolean, nullable=False),
    PrimaryKeyConstraint("message_id", "step"),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (message_id)",
)

parts = Table(
    "parts",
    metadata,
    Column("link", String(64), nullable=False),
    Column("provider_id", String(64), nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("step", SmallInteger, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("account_id", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("link", "provider_id"),
    Index(None, "message_id", "step"),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (message_id)",
)

orphans = Table(
    "orphans",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("link", String(64), nullable=False),
    Column("provider_id", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("text_id", String(64), nullable=False, server_default=""),  # as the carrier wrote them
    Column("tlv_id", String(64), nullable=False, server_default=""),
    Index(None, "link", "provider_id"),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("state", String(16), nullable=False),  # pending, acknowledged, failed
    Column("done_at", BigInteger),
    Column("error", String(255), nullable=False),
    Column("answered", SmallInteger, nullable=False, server_default="0"),  # of the attempts
    Index(None, "message_id"),
    Index(
        "ix_callbacks_failed_id",
        "id",
        sqlite_where=text("state = 'failed'"),
        postgresql_where=text("state = 'failed'"),
    ),
    Index(
        "ix_callbacks_account_id_due_at",
        "account_id",
        "due_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_callbacks_due_at",
        "due_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    postgresql_partition_by="RANGE (message_id)",
)
