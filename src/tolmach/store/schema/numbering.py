"""The numbering plan: two rows, each a whole table of `tolmach.core.numbering` in its stored form.

Half a million ranges are two megabytes so, change as a whole in one short write, and are read in a blink.
"""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, Text

from tolmach.store.schema.metadata import metadata

numbering = Table(
    "numbering",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("imported_at", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("sources", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
