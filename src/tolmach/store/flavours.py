"""The two flavours of SQL: the few things that are written differently for SQLite and for PostgreSQL.

Statements themselves are SQLAlchemy Core and the same for both. A statement that is run for many rows is run by
SQLite row by row, or a few rows at a time where it inserts; PostgreSQL gets all rows in one statement, as one array per
parameter.
It is told between which ids those are that are asked for in a table with partitions: a plan that is made once for all
arrays would look into every partition for each of them.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from itertools import chain
from typing import Any, Final, Protocol, TypeVar, cast

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Insert,
    Integer,
    Select,
    SmallInteger,
    Table,
    Text,
    Update,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from tolmach.store.place import Tx
from tolmach.store.schema import PARTITIONED

T = TypeVar("T")
Row = tuple[Any, ...]
ROWS_AT_ONCE: Final = 16
"""Rows of one INSERT for SQLite. Its driver lets another thread run at each step of a statement, and has to wait for
its turn again: so fewer steps, not only less work in each."""

_VALUES: Final = re.compile(r"(?<= VALUES )\([^()]*\)")
OF_MESSAGE = "b_message"
"""What the id of the message is called in an UPDATE of many rows of a table with partitions."""
AnyInsert = sqlite.Insert | postgresql.Insert
Conflict = Callable[[Any], Insert]
"""What becomes of a row that is there already: from an INSERT with ``on_conflict_do_...`` to the whole statement."""


class Flavour(Protocol):
    """How one kind of database wants things said."""

    dialect: Dialect
    locks_rows: bool
    """Whether several transactions write at a time."""
    cuts_tables: bool
    """Whether messages and what belongs to them are kept in partitions."""

    def insert(self, table: Table) -> AnyInsert:
        """Return an INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
        ...

    def one_of(self, value: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """Return the condition that a value is in the list that is bound to ``name``."""
        ...

    def picked(self, table: Table, column: str, name: str, *where: ColumnElement[bool]) -> Select[Any]:
        """Return the rows that meet conditions and have one of the values in a column that are bound to ``name``.

        For an index whose last column it is: each value is looked up by the whole index.
        """
        ...

    def among(self, value: ColumnElement[Any], chosen: Select[Any]) -> ColumnElement[bool]:
        """Return the condition that a value is among rows, which are chosen (and locked) exactly once."""
        ...

    def listed(self, values: Sequence[Any]) -> Any:
        """Return a list as it is bound."""
        ...

    def insert_many(self, table: Table, values: dict[str, ColumnElement[Any]], conflict: Conflict) -> Insert:
        """Return an INSERT for `run_many`."""
        ...

    def update_many(self, statement: Update) -> Update:
        """Return an UPDATE for `run_many`."""
        ...

    def run_many(self, cursor: Any, sql: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Run a statement for every row; values stand in the order of ``names``."""
        ...

    def together(self, tx: Tx) -> AbstractContextManager[object]:
        """Send statements one behind the other until a result is asked for, or the block ends.

        For `run_many` and what `Prepared` reads; of anything else nobody looks at the result.
        """
        ...

    def lock(self, tx: Tx, name: str, *, shared: bool = False) -> bool:
        """Keep other transactions from this name until ``tx`` ends; return whether there may be others."""
        ...

    def takes(self, tx: Tx, name: str) -> bool:
        """Keep other transactions from this name until ``tx`` ends, unless one of them does; return which it is."""
        ...

    def still(self, tx: Tx, table: Table) -> None:
        """Wait for those who are writing a table, and keep everybody from it until ``tx`` ends."""
        ...

    def apart(self, tx: Tx, function: Callable[[Tx], T]) -> T:
        """Run what other transactions must not wait for until ``tx`` ends, and which is not undone with it."""
        ...


class _Edge(ColumnElement[int]):
    """An element of an array that is bound: the first or the last one."""

    inherit_cache = False
    type = BigInteger()

    def __init__(self, given: BindParameter[Any], place: str) -> None:
        self.given, self.place = given, place


@compiles(_Edge)
def _edge(edge: _Edge, compiler: Any, **options: Any) -> str:
    said = compiler.process(edge.given, **options)
    return f"({said})[{edge.place.format(said)}]"


class _Sqlite:
    dialect: Dialect = SQLiteDialect_pysqlite(paramstyle="qmark")
    locks_rows = False
    cuts_tables = False

    def insert(self, table: Table) -> AnyInsert:
        return sqlite.insert(table)

    def one_of(self, value: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        values = func.json_each(bindparam(name)).table_valued("value")
        return value.in_(select(values.c.value))

    def picked(self, table: Table, column: str, name: str, *where: ColumnElement[bool]) -> Select[Any]:
        return select(table).where(*where, self.one_of(table.c[column], name))

    def among(self, value: ColumnElement[Any], chosen: Select[Any]) -> ColumnElement[bool]:
        return value.in_(chosen.scalar_subquery())

    def listed(self, values: Sequence[Any]) -> Any:
        return orjson.dumps(values).decode()

    def insert_many(self, table: Table, values: dict[str, ColumnElement[Any]], conflict: Conflict) -> Insert:
        return conflict(sqlite.insert(table).values(values))

    def update_many(self, statement: Update) -> Update:
        return statement

    def run_many(self, cursor: Any, sql: str, _names: Sequence[str], rows: Iterable[Row]) -> None:
        together = _together(sql)
        if together is not None:
            rows = list(rows)
            whole = len(rows) - len(rows) % ROWS_AT_ONCE
            for start in range(0, whole, ROWS_AT_ONCE):
                cursor.execute(together, tuple(chain.from_iterable(rows[start : start + ROWS_AT_ONCE])))
            rows = rows[whole:]
        cursor.executemany(sql, rows)

    def together(self, _tx: Tx) -> AbstractContextManager[object]:
        return nullcontext()

    def lock(self, _tx: Tx, _name: str, *, shared: bool = False) -> bool:
        return False

    def takes(self, _tx: Tx, _name: str) -> bool:
        return True

    def still(self, tx: Tx, table: Table) -> None:
        """Do nothing: there is one writer."""

    def apart(self, tx: Tx, function: Callable[[Tx], T]) -> T:
        return function(tx)  # there is one writer: nobody waits


@cache
def _together(sql: str) -> str | None:
    """Return an INSERT as it is said for `ROWS_AT_ONCE` rows; None for other statements."""
    found = _VALUES.search(sql)
    if found is None:
        return None
    return f"{sql[: found.end()]}{f', {found[0]}' * (ROWS_AT_ONCE - 1)}{sql[found.end() :]}"


class _Postgresql:
    dialect: Dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
    locks_rows = True
    cuts_tables = True

    def insert(self, table: Table) -> AnyInsert:
        return postgresql.insert(table)

    def one_of(self, value: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        given = bindparam(name, type_=ARRAY(_wide(value.type)))
        if not _cuts(value):
            return value == any_(given)
        return and_(value == any_(given), value >= _Edge(given, "1"), value <= _Edge(given, "cardinality({0})"))

    def picked(self, table: Table, column: str, name: str, *where: ColumnElement[bool]) -> Select[Any]:
        # of a table that was small when the statement was planned, the first columns seem to choose a single row, and
        # the list would only be compared with everything they choose: OFFSET keeps a look-up for each value
        given = _rows({name: table.c[column].type})
        found = (
            select(table).where(*where, table.c[column] == given.c[name]).offset(literal_column("0")).lateral("found")
        )
        return select(*found.c).select_from(given).join(found, true())

    def among(self, value: ColumnElement[Any], chosen: Select[Any]) -> ColumnElement[bool]:
        return value == any_(func.array(chosen.scalar_subquery(), type_=ARRAY(value.type)))

    def listed(self, values: Sequence[Any]) -> Any:
        return array(sorted(values))

    def insert_many(self, table: Table, values: dict[str, ColumnElement[Any]], conflict: Conflict) -> Insert:
        given = {name: value.key for name, value in values.items() if isinstance(value, BindParameter)}
        rows = _rows({str(key): table.c[name].type for name, key in given.items()})
        chosen = [rows.c[value.key] if isinstance(value, BindParameter) else value for value in values.values()]
        return conflict(postgresql.insert(table).from_select(list(values), select(*chosen).select_from(rows)))

    def update_many(self, statement: Update) -> Update:
        compiled: Any = statement.compile(dialect=self.dialect)  # it knows parameters in order, and their types
        rows = _rows({name: compiled.binds[name].type for name in compiled.positiontup})
        column = PARTITIONED.get(_name(statement.table))
        if column is not None:
            rows = select(*rows.c).cte("given")
            place = statement.table.c[column]
            ids = [select(bound(rows.c[OF_MESSAGE])).scalar_subquery() for bound in (func.min, func.max)]
            statement = statement.where(place >= ids[0], place <= ids[1])

        def replace(part: Any, **_: Any) -> Any:
            return rows.c[part.key] if isinstance(part, BindParameter) and part.key in rows.c else None

        traverse: Any = replacement_traverse
        return cast(Update, traverse(statement, {}, replace))

    def run_many(self, cursor: Any, sql: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        columns = list(zip(*rows, strict=True))
        if columns:
            cursor.execute(sql, [array(values) for values in columns])

    def together(self, tx: Tx) -> AbstractContextManager[object]:
        pipeline: AbstractContextManager[object] = cast(Any, tx.connection.driver_connection).pipeline()
        return pipeline

    def lock(self, tx: Tx, name: str, *, shared: bool = False) -> bool:
        how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        tx.connection.cursor().execute(f"SELECT {how}(hashtextextended(%s::TEXT, 0))", [name])
        return True

    def takes(self, tx: Tx, name: str) -> bool:
        cursor = tx.connection.cursor()
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s::TEXT, 0))", [name])
        row = cursor.fetchone()
        return bool(row and row[0])

    def still(self, tx: Tx, table: Table) -> None:
        tx.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE MODE")

    def apart(self, tx: Tx, function: Callable[[Tx], T]) -> T:
        with tx.engine.begin() as own:
            # it need not be on the disk before that which is committed later, and flushed then, makes use of it
            own.exec_driver_sql("SET LOCAL synchronous_commit = off")
            return function(own)


SQLITE: Flavour = _Sqlite()
POSTGRESQL: Flavour = _Postgresql()
FLAVOURS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def _cuts(value: ColumnElement[Any]) -> bool:
    """Tell whether a table is cut by a column."""
    return isinstance(value, Column) and PARTITIONED.get(_name(value.table)) == value.name


def _name(table: Any) -> str:
    return str(getattr(table, "name", ""))


def flavour(tx: Tx) -> Flavour:
    """Return the flavour of a transaction's database."""
    return FLAVOURS[tx.dialect.name]


def array(values: Collection[Any]) -> str:
    """Return numbers, texts and booleans as PostgreSQL writes an array; quicker than the driver's own way."""
    text = _joined(values)
    return f"{{{text}}}" if "\x00" not in text else f"{{{text}}}".replace("\x00", "\ufffd")


def _joined(values: Collection[Any]) -> str:
    """Columns are of one kind, nearly all of them: those are written as a whole."""
    kinds = set(map(type, values))
    if kinds == _NUMBERS:
        return ",".join(map(repr, values))
    if kinds == _TEXTS:
        text = "\x00".join(values)
        if text.count("\x00") == len(values) - 1:  # it is in none of them
            if "\\" in text or '"' in text:
                text = text.replace("\\", "\\\\").replace('"', '\\"')
            return '"{}"'.format(text.replace("\x00", '","'))
    return ",".join(map(_element, values))


_NUMBERS, _TEXTS = {int}, {str}


def _element(value: Any) -> str:
    if isinstance(value, str):
        if "\\" in value or '"' in value:
            value = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{value}"'
    if value is None:
        return "NULL"
    if value is True or value is False:
        return "t" if value else "f"
    return int.__repr__(value)


def _wide(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that values are bound with: a cast to the column's own would cut texts short."""
    if isinstance(kind, Boolean):
        return kind
    return BigInteger() if isinstance(kind, Integer | SmallInteger | BigInteger) else Text()


def _rows(types: dict[str, TypeEngine[Any]]) -> Any:
    wide = {name: _wide(kind) for name, kind in types.items()}
    arrays = [bindparam(name, type_=ARRAY(kind)) for name, kind in wide.items()]
    return func.unnest(*arrays).table_valued(*(column(n, k) for n, k in wide.items())).render_derived(name="given")
