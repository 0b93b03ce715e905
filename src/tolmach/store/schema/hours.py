"""Hours whose messages are counted, so that nobody counts them again with every look at a dashboard."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from tolmach.store.schema.metadata import metadata

counted_hours = Table(
    "counted_hours",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),  # the moment when it began
    Column("first_id", BigInteger, nullable=False),  # messages with ids in [first_id, end_id) were accepted in it
    Column("end_id", BigInteger, nullable=False),
)

hour_sums = Table(
    "hour_sums",
    metadata,
    Column("account_id", BigInteger, nullable=False),
    Column("hour", BigInteger, nullable=False),
    Column("live", Integer, nullable=False),  # messages that were on their way when it was counted last
    Column("counts", Text, nullable=False),  # as in {"delivered": 5}
    Column("charged", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "hour"),
    Index("ix_hour_sums_live", "hour", sqlite_where=text("live > 0"), postgresql_where=text("live > 0")),
    sqlite_with_rowid=False,
)
