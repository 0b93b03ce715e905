"""Prices, directions and the numbers they are found by."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from tolmach.store.schema.metadata import Serial, metadata

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
