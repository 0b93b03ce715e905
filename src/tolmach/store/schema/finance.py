"""Days whose money is counted for good, and invoices."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, String, Table

from tolmach.store.schema.metadata import metadata

closed_days = Table(
    "closed_days",
    metadata,
    Column("day", String(10), primary_key=True),  # as in 2026-03-02, in the operator's time zone
    Column("last_entry", BigInteger, nullable=False),  # of the ledger; the next day begins behind it
    Column("closed_at", BigInteger, nullable=False),
    Column("closed_by", String(64), nullable=False),
)

day_sums = Table(
    "day_sums",
    metadata,
    Column("day", String(10), nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("topped_up", BigInteger, nullable=False),
    Column("transferred", BigInteger, nullable=False),
    Column("set_aside", BigInteger, nullable=False),
    Column("charged", BigInteger, nullable=False),
    Column("given_back", BigInteger, nullable=False),
    Column("available", BigInteger, nullable=False),  # after the day
    Column("held", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "day"),
    Index(None, "day"),
)

invoices = Table(
    "invoices",
    metadata,
    Column("account_id", BigInteger, nullable=False),
    Column("id", BigInteger, nullable=False),  # taken from a counter
    Column("amount", BigInteger, nullable=False),
    Column("note", String(255), nullable=False),
    Column("state", String(16), nullable=False),  # open, paid, cancelled
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("settled_at", BigInteger),
    Column("settled_by", String(64), nullable=False),
    PrimaryKeyConstraint("account_id", "id"),
    Index(None, "id"),
)
