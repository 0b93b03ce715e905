"""The tables. Moments are milliseconds since 1970 UTC, money is ten-thousandths, statuses are core's words.

A message row is written once; what must happen next stands in ``queue`` (one narrow row per live message, deleted
when the message is final); what happened to a step stands in ``legs`` and ``parts``. Invariants live here where a
database can hold them: a movement of money happens once per message, step and kind.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows itself only for INTEGER

tariffs = Table(
    "tariffs",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
)

directions = Table(
    "directions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("open", Boolean, nullable=False, server_default=text("true")),
)

direction_prefixes = Table(
    "direction_prefixes",
    metadata,
    Column("prefix", String(15), primary_key=True),
    Column("direction_id", BigInteger, ForeignKey("directions.id"), nullable=False),
)

prices = Table(
    "prices",
    metadata,
    Column("tariff_id", BigInteger, ForeignKey("tariffs.id"), nullable=False),
    Column("direction_id", BigInteger, ForeignKey("directions.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("price", BigInteger, CheckConstraint("price >= 0", name="not_negative"), nullable=False),
    PrimaryKeyConstraint("tariff_id", "direction_id", "channel"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("client_number", BigInteger, nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("blocked", Boolean, nullable=False, server_default=text("false")),
    Column("any_sender", Boolean, nullable=False, server_default=text("false")),
    Column("default_sender", String(15)),
    Column("callback_url", Text),
    Column("deduplicates", Boolean, nullable=False, server_default=text("true")),
    Column("tariff_id", BigInteger, ForeignKey("tariffs.id")),
    Column("networks", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
)

closed_directions = Table(
    "closed_directions",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("direction_id", BigInteger, ForeignKey("directions.id"), nullable=False),
    PrimaryKeyConstraint("account_id", "direction_id"),
)

senders = Table(
    "senders",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(15), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "name"),
)

stops = Table(
    "stops",
    metadata,
    Column("account_id", BigInteger, nullable=False),  # 0: the global list
    Column("phone", String(15), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "phone"),
    sqlite_with_rowid=False,
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

balances = Table(
    "balances",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("available", BigInteger, nullable=False),
    Column("held", BigInteger, CheckConstraint("held >= 0", name="held_not_negative"), nullable=False),
)

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
    UniqueConstraint("account_id", "dialect", "key"),
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
    Index(None, "account_id", "id"),
    Index(
        "ix_messages_campaign_id",
        "campaign_id",
        sqlite_where=text("campaign_id IS NOT NULL"),
        postgresql_where=text("campaign_id IS NOT NULL"),
    ),
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
    Column("kind", SmallInteger, nullable=False),  # 0: submit the step, 1: give the step up
    Column("due_at", BigInteger, nullable=False),  # while claimed: when the lease runs out
    Column("step", SmallInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", String(64), nullable=False),
    Column("uncertain", Boolean, nullable=False),
    Index(None, "kind", "due_at"),
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
    PrimaryKeyConstraint("link", "provider_id"),
    Index(None, "message_id", "step"),
    sqlite_with_rowid=False,
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
    Index(None, "link", "provider_id"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),  # null: not about a message (a top-up)
    Column("step", SmallInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("available", BigInteger, nullable=False),  # change of what can be spent
    Column("held", BigInteger, nullable=False),  # change of what is set aside
    Column("at", BigInteger, nullable=False),
    Column("note", String(255), nullable=False),
    UniqueConstraint("message_id", "step", "kind"),
    Index(None, "account_id", "id"),
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
    Index(None, "message_id"),
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
)
