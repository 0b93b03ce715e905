"""What subscribers write: our numbers, the messages, and parts of long ones that wait for the others."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from tolmach.store.schema.metadata import Serial, metadata

inbox_numbers = Table(
    "inbox_numbers",
    metadata,
    Column("phone", String(21), nullable=False),
    Column("prefix", String(32), nullable=False),  # as it compares, in lower case; "": whatever is left
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("phone", "prefix"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger),  # null: nobody's yet
    Column("received_at", BigInteger, nullable=False),
    Column("sender", String(21), nullable=False),
    Column("recipient", String(21), nullable=False),
    Column("prefix", String(32), nullable=False),
    Column("link", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_inbox_account_id", "account_id", "received_at", "id"),
)

# a part stays until no copy of it can come any more; ``joined_at`` says that its message is in the inbox
inbox_parts = Table(
    "inbox_parts",
    metadata,
    Column("sender", String(21), nullable=False),
    Column("recipient", String(21), nullable=False),
    Column("reference", BigInteger, nullable=False),
    Column("total", SmallInteger, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("link", String(64), nullable=False),
    Column("octets", LargeBinary, nullable=False),  # UTF-16: a part may hold half of a surrogate pair
    Column("arrived_at", BigInteger, nullable=False),
    Column("joined_at", BigInteger),
    PrimaryKeyConstraint("sender", "recipient", "reference", "total", "number"),
    Index("ix_inbox_parts_arrived_at", "arrived_at"),
    Index(
        "ix_inbox_parts_waiting",
        "arrived_at",
        sqlite_where=text("joined_at IS NULL"),
        postgresql_where=text("joined_at IS NULL"),
    ),
)
