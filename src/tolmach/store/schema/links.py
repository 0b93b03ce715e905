"""What running links report, what happened to them, and which ones an operator has paused."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from tolmach.store.schema.metadata import Serial, metadata

link_health = Table(
    "link_health",
    metadata,
    Column("link", String(64), primary_key=True),
    Column("reported_at", BigInteger, nullable=False),
    Column("report", Text, nullable=False),  # JSON of a condition
)

link_events = Table(
    "link_events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("link", String(64), nullable=False),
    Column("happened_at", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", String(255), nullable=False),
    Index(None, "link"),
)

link_pauses = Table(
    "link_pauses",
    metadata,
    Column("link", String(64), primary_key=True),
    Column("paused_at", BigInteger, nullable=False),
)
