"""Rules of routing, in order, and the links that each names."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from tolmach.store.schema.metadata import Serial, metadata

routes = Table(
    "routes",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("channel", String(16), nullable=False),  # "": any, here and below
    Column("direction", String(128), nullable=False),
    Column("operator", String(128), nullable=False),
    Column("prefix", String(15), nullable=False),
    Column("account_id", BigInteger, ForeignKey("accounts.id")),
    Column("sender", String(15), nullable=False),
    Column("traffic", String(16), nullable=False),
    Column("on_undelivered", Boolean, nullable=False, server_default=text("false")),
    Column("patience_ms", BigInteger, nullable=False),
    UniqueConstraint("position"),
)

route_links = Table(
    "route_links",
    metadata,
    Column("route_id", BigInteger, ForeignKey("routes.id"), nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("link", String(64), nullable=False),
    Column("weight", Integer, CheckConstraint("weight >= 0", name="not_negative"), nullable=False),
    PrimaryKeyConstraint("route_id", "number"),
)
