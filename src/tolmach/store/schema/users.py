"""People who sign in, their sessions, and what they changed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from tolmach.store.schema.metadata import Serial, metadata

users = Table(
    "users",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("accounts.id")),  # null: of the operator's staff
    Column("login", String(64), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("blocked", Boolean, nullable=False, server_default=text("false")),
    Column("totp_secret", String(64), nullable=False, server_default=""),  # base32
    Column("totp_step", BigInteger, nullable=False, server_default="0"),  # of the last code that was taken
    Column("language", String(8), nullable=False, server_default=""),
    Column("theme", String(8), nullable=False, server_default=""),
    Column("wrong", SmallInteger, nullable=False, server_default="0"),  # passwords and codes, in a row
    Column("locked_until", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger),
    Index(None, "account_id"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256, in hexadecimal
    PrimaryKeyConstraint("user_id", "digest"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the cookie's value, in hexadecimal
    Column("user_id", BigInteger, ForeignKey("users.id"), nullable=False),
    Column("account_id", BigInteger),  # the account that somebody of the staff looks into
    Column("confirmed", Boolean, nullable=False),  # false: the code is still to come
    Column("device", String(255), nullable=False),
    Column("remote", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("user_id", BigInteger),  # null: the command line
    Column("login", String(64), nullable=False),  # as it was then
    Column("account_id", BigInteger),  # whose affairs were changed; null: the operator's own
    Column("action", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("remote", String(64), nullable=False),
    Index(None, "account_id", "id"),
    Index(None, "login", "id"),
)
