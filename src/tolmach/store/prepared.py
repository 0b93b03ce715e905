"""Statements of the hot path: written in Core, compiled once, run by the driver.

Core costs 50-100 microseconds a statement and several a row in caching, parameter and row objects; a message passes
about a dozen statements on its way. Here Core stays the one source of the SQL, and rows are plain tuples.
"""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Executable, Table, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.elements import ClauseElement

from tolmach.store.database import Tx

Row = tuple[Any, ...]


class Prepared:
    """A Core statement with named ``bindparam``s. Collections are passed as lists to `one_of`."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: tuple[str, tuple[str, ...]] | None = None
        self._constants: dict[str, Any] = {}

    def all(self, tx: Tx, **values: Any) -> list[Row]:
        """Return every row."""
        rows: list[Row] = self._execute(tx, values).fetchall()
        return rows

    def scalar(self, tx: Tx, **values: Any) -> Any:
        """Return the first column of the first row, or None."""
        cursor = self._execute(tx, values)
        row = cursor.fetchone()
        cursor.close()  # else a half-read statement would stand in the way of the commit
        return None if row is None else row[0]

    def run(self, tx: Tx, **values: Any) -> int:
        """Return the number of rows that were changed."""
        count: int = self._execute(tx, values).rowcount
        return count

    def run_many(self, tx: Tx, rows: Iterable[Row]) -> None:
        """Run once per row; values stand in the order of the statement's parameters (`names`)."""
        _cursor(tx).executemany(self._sql(tx)[0], rows)

    def names(self, tx: Tx) -> tuple[str, ...]:
        """Return the parameters in order."""
        return self._sql(tx)[1]

    def _execute(self, tx: Tx, values: dict[str, Any]) -> Any:
        sql, names = self._sql(tx)
        values = {**self._constants, **values}
        return _cursor(tx).execute(sql, [_plain(values[name]) for name in names])

    def _sql(self, tx: Tx) -> tuple[str, tuple[str, ...]]:
        if self._compiled is None:
            assert isinstance(self._statement, ClauseElement)
            compiled: Any = self._statement.compile(dialect=tx.dialect, compile_kwargs={"render_postcompile": True})
            self._constants = {name: value for name, value in compiled.params.items() if value is not None}
            self._compiled = str(compiled), tuple(compiled.positiontup or ())
        return self._compiled


def insertion(table: Table, *, ignore: bool = False) -> Prepared:
    """Return an INSERT of whole rows in the table's column order; ``ignore`` skips rows that are there already."""
    statement = sqlite_insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    return Prepared(statement.on_conflict_do_nothing() if ignore else statement)


def one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is in the list that is bound to ``name``."""
    values = func.json_each(bindparam(name)).table_valued("value")
    return column.in_(select(values.c.value))


def _plain(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list) else value


def _cursor(tx: Tx) -> Any:
    return tx.connection.cursor()
