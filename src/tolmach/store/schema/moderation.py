"""What a person looks at before it is used: senders with their papers and files, patterns, texts."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tolmach.store.schema.metadata import Serial, metadata

registrations = Table(
    "registrations",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(15), nullable=False),
    Column("papers", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", String(64), nullable=False),
    Column("reason", String(255), nullable=False),
    UniqueConstraint("account_id", "name"),
)

registry = Table(
    "registry",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("sender", String(15), nullable=False),
    Column("operator", String(16), nullable=False),
    Column("legal_entity", String(255), nullable=False),
    Column("inn", String(32), nullable=False),
    Column("comment", Text, nullable=False),
    Column("state", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("reason", String(255), nullable=False),
    PrimaryKeyConstraint("account_id", "sender", "operator"),
)

files = Table(
    "files",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("stored", String(64), nullable=False, unique=True),
    Column("label", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False, server_default="order"),  # order, completed, rejected
    Column("decided_at", BigInteger),
    Column("decided_by", String(64), nullable=False, server_default=""),
    Column("reason", String(255), nullable=False, server_default=""),
    Index(None, "account_id", "id"),
    Index(None, "state", "id"),
)

patterns = Table(
    "patterns",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("reason", String(255), nullable=False),
    Index(None, "account_id", "id"),
)

moderations = Table(
    "moderations",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("cause", String(255), nullable=False),
    Column("state", String(16), nullable=False),  # approving and rejecting: decided, and some messages still wait
    Column("created_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", String(64), nullable=False),
    Column("reason", String(255), nullable=False),
    UniqueConstraint("account_id", "digest"),
    Index(None, "state", "id"),
)

moderated = Table(
    "moderated",
    metadata,
    Column("message_id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("moderation_id", BigInteger, nullable=False),
    Column("account_id", BigInteger, nullable=False, server_default="0"),
    Index(None, "moderation_id", "message_id"),
)

moderation_words = Table(
    "moderation_words",
    metadata,
    Column("word", String(255), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
