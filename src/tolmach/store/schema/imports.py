"""Files of subscribers that are taken into bases, and what of them was left out."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text, text

from tolmach.store.schema.metadata import metadata

imports = Table(
    "imports",
    metadata,
    Column("account_id", BigInteger, nullable=False),
    Column("id", BigInteger, nullable=False),  # taken from a counter
    Column("base_id", BigInteger, nullable=False),
    Column("stored", String(64), nullable=False),  # name in the folder of imports
    Column("label", String(255), nullable=False),  # what the file was called
    Column("encoding", String(16), nullable=False),
    Column("delimiter", String(1), nullable=False),
    Column("preview", Text, nullable=False),  # JSON: the first records as they stand
    Column("fields", Text, nullable=False),  # JSON: what each column is
    Column("state", String(16), nullable=False),  # waiting, running, done, failed
    Column("total", BigInteger, nullable=False),  # bytes, or rows of a workbook
    Column("position", Integer, nullable=False),  # records that are dealt with: where it goes on after a restart
    Column("read", BigInteger, nullable=False),
    Column("added", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Column("error", Text, nullable=False),  # JSON of a sentence, "" for none
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "id"),
    Index(
        "ix_imports_running",
        "id",
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    Index(None, "changed_at"),
)

import_errors = Table(
    "import_errors",
    metadata,
    Column("account_id", BigInteger, nullable=False),
    Column("import_id", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("reason", Text, nullable=False),  # JSON of a sentence
    Column("cells", Text, nullable=False),  # JSON
    PrimaryKeyConstraint("account_id", "import_id", "position"),
    sqlite_with_rowid=False,
)
