"""Leases: who does what only one process may do. Moments are of the database's clock, so that no other one counts."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from tolmach.store.schema.metadata import metadata

leases = Table(
    "leases",
    metadata,
    Column("name", String(128), primary_key=True),  # see core.leases
    Column("holder", String(64), nullable=False),  # the name of a process
    Column("ends_at", BigInteger, nullable=False),
    Column("about", Text, nullable=False, server_default=""),  # JSON: what a process says of itself
)
