"""The move of an installation from its SQLite file to PostgreSQL: every table, in one transaction, and then counted.

Both sides must have the schema of this version, and the tables of the new one must be empty but for what migrations
write. What is counted: rows, and per column the sum of numbers or the lengths of texts.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Table, case, cast, delete, func, literal_column, select

from tolmach.core.ids import STRIDE
from tolmach.store import counters as counting
from tolmach.store import partitions
from tolmach.store.database import Tx
from tolmach.store.schema import counters, messages, metadata

CHUNK = 2_000
PRIME = 1_000_003  # sums of remainders fit where sums of moments would not
PATIENCE: Final = "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL enable_seqscan = on"
"""For the new database: it waits while a large table of the file is added up, and then reads whole tables itself."""

Sums = Mapping[str, int]


class MoveError(Exception):
    """The move cannot be made, or what arrived is not what left; nothing is changed then."""


def rows(tx: Tx) -> Mapping[str, int]:
    """Return the number of rows of every table."""
    return {table.name: _count(tx, table) for table in metadata.sorted_tables}


def move(source: Tx, target: Tx, moved: Callable[[int], None]) -> Mapping[str, int]:
    """Copy every row and check that it arrived; ``moved`` is told how many more are there. Returns rows per table."""
    target.exec_driver_sql(PATIENCE)
    full = [table.name for table in metadata.sorted_tables if table is not counters and _count(target, table)]
    if full:
        raise MoveError(f"the new database is not empty: {', '.join(full)}")
    given, last = partitions.given_size(target), source.execute(select(func.max(messages.c.id))).scalar() or 0
    target.execute(delete(counters))
    partitions.make_until(target, max(last, counting.value(source, counting.MESSAGES) * STRIDE), given)
    counts: dict[str, int] = {}
    for table in metadata.sorted_tables:
        counts[table.name] = _copy(source, target, table, moved)
        _check(table, sums(source, table), sums(target, table))
        _count_on(target, table)
    if given:
        partitions.set_size(target, given)
    return counts


def sums(tx: Tx, table: Table) -> Sums:
    """Return what is counted of a table."""
    lengths = _lengths(tx)
    wanted = {"rows": func.count(), **{column.name: _sum(column, lengths) for column in table.columns}}
    row = tx.execute(select(*(value.label(name) for name, value in wanted.items())).select_from(table)).one()
    return {name: int(value or 0) for name, value in zip(wanted, row, strict=True)}


def _copy(source: Tx, target: Tx, table: Table, moved: Callable[[int], None]) -> int:
    count = 0
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    cursor: Any = target.connection.cursor()
    try:
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for chunk in _chunks(source, table):
                for row in chunk:
                    copy.write_row(row)
                count += len(chunk)
                moved(len(chunk))
    except Exception as error:
        refused = getattr(error, "diag", None)  # what PostgreSQL says; the whole text would show the row
        if refused is None or not refused.message_primary:
            raise
        raise MoveError(f"table {table.name}: {refused.message_primary}") from error
    return count


def _chunks(source: Tx, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    found = source.execution_options(stream_results=True).execute(select(table))
    for chunk in found.partitions(CHUNK):
        yield [tuple(row) for row in chunk]


def _check(table: Table, left: Sums, arrived: Sums) -> None:
    wrong = [f"{name} {left[name]} != {arrived[name]}" for name in left if left[name] != arrived[name]]
    if wrong:
        raise MoveError(f"table {table.name} did not arrive as it left: {', '.join(wrong)}")


def _count_on(target: Tx, table: Table) -> None:
    """Have the database number new rows behind those that came."""
    numbered = table.autoincrement_column
    if numbered is not None:
        last = select(func.coalesce(func.max(numbered), 0) + 1).scalar_subquery()
        target.execute(select(func.setval(func.pg_get_serial_sequence(table.name, numbered.name), last, False)))


def _count(tx: Tx, table: Table) -> int:
    return tx.execute(select(func.count()).select_from(table)).scalar_one()


def _lengths(tx: Tx) -> Callable[[Any], Any]:
    """Return how lengths are asked for. SQLite's own ends at a NUL, which arrives as another character (U+FFFD)."""
    if tx.dialect.name != "sqlite":
        return func.length
    driver: Any = tx.connection.driver_connection
    driver.create_function("whole_length", 1, len, deterministic=True)
    return lambda text: case((func.instr(text, func.char(0)) > 0, func.whole_length(text)), else_=func.length(text))


def _sum(column: Any, lengths: Callable[[Any], Any]) -> Any:
    if isinstance(column.type, Boolean):
        return func.sum(case((column, 1), else_=0))
    if column.type.python_type is int:
        return func.sum(cast(column, BigInteger) % literal_column(str(PRIME)))
    return func.sum(lengths(column) if column.type.python_type is str else func.length(column))
