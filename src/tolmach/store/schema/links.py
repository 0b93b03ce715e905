"""What running links report, what happened to them, and what an operator has said of them."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, String, Table, Text

from tolmach.store.schema.metadata import Serial, metadata

link_health = Table(
    "link_health",
    metadata,
    Column("link", String(64), primary_key=True),
    Column("process", String(64), primary_key=True, server_default=""),  # several may share a link
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

link_history = Table(  # how they fared in spans of five minutes
    "link_history",
    metadata,
    Column("link", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("process", String(64), nullable=False),
    Column("looks", Integer, nullable=False),
    Column("up", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("receipts", Integer, nullable=False),
    PrimaryKeyConstraint("link", "at", "process"),
    Index(None, "at"),
)

link_pauses = Table(
    "link_pauses",
    metadata,
    Column("link", String(64), primary_key=True),
    Column("paused_at", BigInteger, nullable=False),
)

link_ids = Table(  # the rules by which the ids of a link's parts were stored
    "link_ids",
    metadata,
    Column("link", String(64), primary_key=True),
    Column("answer", String(16), nullable=False),
    Column("text", String(16), nullable=False),
    Column("tlv", String(16), nullable=False),
    Column("prefer", String(16), nullable=False),
)

added_links = Table(  # besides those of the settings
    "added_links",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("position", SmallInteger, nullable=False),
    Column("definition", Text, nullable=False),  # JSON as it would stand in the settings, secrets too
    Column("added_at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),  # it ends when what it has in hand is answered
)
