"""What carriers over HTTP say beside statuses."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Table

from tolmach.store.schema.metadata import metadata

# what a carrier takes for a message that it calls so; the currency is that of the account there
costs = Table(
    "costs",
    metadata,
    Column("link", String(64), nullable=False),
    Column("provider_id", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("link", "provider_id"),
    sqlite_with_rowid=False,
)
