"""Accounts and what belongs to each: money, senders, stops, directions that are closed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
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
    Column("traffic", String(16), nullable=False, server_default="service"),
    Column("dialects", Text, nullable=False, server_default=""),  # none named: all
    Column("parent_id", BigInteger),  # the reseller's account
    Column("moderation", String(16), nullable=False, server_default="off"),
    Column("credit", BigInteger, nullable=False, server_default="0"),  # how far below zero the balance may go
    Column("uncertain", String(16), nullable=False, server_default="usual"),  # usual, resend, hold
    Column("request_rate", Integer),  # a second; null: as the settings say, 0: any number
    Column("message_rate", Integer),
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
    Column("traffic", String(16), nullable=False, server_default=""),  # "": the account's
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

stop_lists = Table(
    "stop_lists",
    metadata,
    Column("account_id", BigInteger, primary_key=True, autoincrement=False),  # 0: the global list
    Column("changed_at", BigInteger, nullable=False),
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
    Index(  # top-ups and transfers: few among millions
        "ix_ledger_payments",
        "account_id",
        "id",
        sqlite_where=text("message_id IS NULL"),
        postgresql_where=text("message_id IS NULL"),
    ),
)
