"""Statements of the hot path: written in Core, compiled once, run by the driver.

Core costs 50-100 microseconds a statement and several a row in caching, parameter and row objects; a message passes
about a dozen statements on its way. Here Core stays the one source of the SQL, and rows are plain tuples.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Select, Table, Update, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import Boolean

from tolmach.store.flavours import FLAVOURS, Conflict, Flavour, Row, flavour
from tolmach.store.place import Tx

__all__ = ["Prepared", "Row", "among", "insertion", "one_of"]


class _Form(NamedTuple):
    """A statement as one kind of database runs it."""

    flavour: Flavour
    sql: str
    names: tuple[str, ...]
    constants: dict[str, Any]


class Prepared:
    """A Core statement with named ``bindparam``s. Collections are passed as lists to `one_of`."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}
        self._many: dict[str, _Form] = {}

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
        """Run once per row; values stand in the order of the statement's parameters (`names`).

        No two rows may be about the same row of the database: who comes last is not defined.
        """
        form = self._form_of_many(tx)
        form.flavour.run_many(_cursor(tx), form.sql, form.names, rows)

    def names(self, tx: Tx) -> tuple[str, ...]:
        """Return the parameters in order."""
        return self._form_of_many(tx).names

    def said(self, tx: Tx) -> tuple[str, tuple[str, ...]]:
        """Return the SQL, for tests that ask how it is carried out, and its parameters in order."""
        form = self._form(tx)
        return form.sql, form.names

    def of_many(self, of: Flavour) -> Executable:
        """Return the statement that `run_many` runs."""
        return of.update_many(self._statement) if isinstance(self._statement, Update) else self._statement

    def _execute(self, tx: Tx, values: dict[str, Any]) -> Any:
        form = self._form(tx)
        values = {**form.constants, **values}
        listed = form.flavour.listed
        given = [values[name] for name in form.names]
        return _cursor(tx).execute(form.sql, [listed(one) if isinstance(one, list) else one for one in given])

    def _form(self, tx: Tx) -> _Form:
        form = self._forms.get(tx.dialect.name)
        if form is None:
            form = self._forms[tx.dialect.name] = _compiled(self._statement, flavour(tx))
        return form

    def _form_of_many(self, tx: Tx) -> _Form:
        form = self._many.get(tx.dialect.name)
        if form is None:
            of = flavour(tx)
            form = self._many[tx.dialect.name] = _compiled(self.of_many(of), of)
        return form


class _Insertion(Prepared):
    """An INSERT, which is said differently for one row and for many."""

    def __init__(self, table: Table, values: dict[str, ColumnElement[Any]], conflict: Conflict) -> None:
        self._table, self._values, self._conflict = table, values, conflict
        super().__init__(self.of_many(FLAVOURS["sqlite"]))

    def said(self, tx: Tx) -> tuple[str, tuple[str, ...]]:
        """Return the SQL, for tests that ask how it is carried out, and its parameters in order."""
        form = self._form(tx)
        return form.sql, form.names

    def of_many(self, of: Flavour) -> Executable:
        return of.insert_many(self._table, self._values, self._conflict)


def insertion(
    table: Table,
    *,
    without: Collection[str] = (),
    constants: Mapping[str, ColumnElement[Any]] | None = None,
    names: Mapping[str, str] | None = None,
    conflict: Conflict = lambda statement: statement,
    ignore: bool = False,
) -> Prepared:
    """Return an INSERT for `Prepared.run_many` of rows in the table's column order.

    ``without`` leaves columns to the database, ``constants`` are the same in each row, ``names`` are the parameters
    where they are not called as their columns. ``ignore`` skips rows that are there already; ``conflict`` says
    otherwise what becomes of those.
    """
    called, fixed = names or {}, constants or {}
    values: dict[str, ColumnElement[Any]] = {
        column.name: fixed.get(column.name, bindparam(called.get(column.name, column.name)))
        for column in table.columns
        if column.name not in without
    }
    return _Insertion(table, values, (lambda statement: statement.on_conflict_do_nothing()) if ignore else conflict)


class _Said(ColumnElement[bool]):
    """A condition that each kind of database wants said in its own way."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, say: Callable[[Flavour], ColumnElement[bool]]) -> None:
        self.say = say

    def self_group(self, against: OperatorType | None = None) -> "_Said":
        """Return the condition as it is: an index does not serve one that is compared with true."""
        return self


@compiles(_Said)
def _say(said: _Said, compiler: Any, **options: Any) -> str:
    condition = said.say(FLAVOURS[compiler.dialect.name])
    text: str = compiler.process(condition.self_group(), **options)
    return text


def one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is in the list that is bound to ``name``."""
    return _Said(lambda of: of.one_of(column, name))


def among(column: ColumnElement[Any], chosen: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is among rows that are chosen (and locked) exactly once."""
    return _Said(lambda of: of.among(column, chosen))


def _compiled(statement: Executable, of: Flavour) -> _Form:
    assert isinstance(statement, ClauseElement)
    compiled: Any = statement.compile(dialect=of.dialect, compile_kwargs={"render_postcompile": True})
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return _Form(of, str(compiled), tuple(compiled.positiontup or ()), constants)


def _cursor(tx: Tx) -> Any:
    return tx.connection.cursor()
