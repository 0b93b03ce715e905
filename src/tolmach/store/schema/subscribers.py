"""Address bases, their subscribers, and who was greeted in which year."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tolmach.store.schema.metadata import metadata

bases = Table(
    "bases",
    metadata,
    # taken from a counter, so that the number of a deleted base never comes back
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("account_id", BigInteger, nullable=False),
    Column("name", String(255), nullable=False),
    Column("size", Integer, CheckConstraint("size >= 0", name="size_not_negative"), nullable=False),
    Column("greets", Boolean, nullable=False),
    Column("greets_at", SmallInteger, nullable=False),  # minutes since midnight
    Column("local_time", Boolean, nullable=False),
    Column("days_before", SmallInteger, nullable=False),
    Column("sender", String(15), nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),  # its subscribers are taken away little by little
    Index(None, "account_id", "id"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("base_id", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),  # 0 .. size - 1 without a gap: a page is a range of places
    Column("phone", String(15), nullable=False),
    Column("region", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("patronymic", Text, nullable=False),
    Column("born", String(10), nullable=False),
    Column("birthday", SmallInteger),  # month * 100 + day
    Column("gender", String(1), nullable=False),
    Column("addition_1", Text, nullable=False),
    Column("addition_2", Text, nullable=False),
    Column("addition_3", Text, nullable=False),
    Column("addition_4", Text, nullable=False),
    Column("addition_5", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("account_id", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("base_id", "place"),
    UniqueConstraint("base_id", "phone"),
    Index(None, "base_id", "changed_at"),
    Index(
        "ix_subscribers_base_id_birthday",
        "base_id",
        "birthday",
        "phone",
        sqlite_where=text("birthday IS NOT NULL"),
        postgresql_where=text("birthday IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

greetings = Table(
    "greetings",
    metadata,
    Column("base_id", BigInteger, nullable=False),
    Column("year", SmallInteger, nullable=False),  # in which the birthday is
    Column("phone", String(15), nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),  # null: refused
    Column("reason", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("base_id", "year", "phone"),
    Index(None, "base_id", "at"),
    sqlite_with_rowid=False,
)
