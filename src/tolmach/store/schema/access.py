"""How accounts come in without a password, and the money that resellers give to their clients."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, UniqueConstraint

from tolmach.store.schema.metadata import Serial, metadata

tokens = Table(
    "tokens",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the token, in hexadecimal
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("used_at", BigInteger),  # to the hour
    UniqueConstraint("account_id", "name"),
)

transfers = Table(
    "transfers",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("account_id", BigInteger, nullable=False),  # the reseller's
    Column("client_id", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),  # the protocol's word: manager, webmoney ...
    Column("amount", BigInteger, nullable=False),  # what the client got; negative: what was taken back
    Column("at", BigInteger, nullable=False),
    Index(None, "account_id", "client_id", "at"),
)
