"""How long messages are kept, where an account has a period of its own."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table

from tolmach.store.schema.metadata import metadata

retentions = Table(
    "retentions",
    metadata,
    Column("account_id", BigInteger, ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("days", Integer, nullable=False),  # 0: for ever
)
