"""Files of subscribers on their way into a base, by account and number; and the records that were left out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update

from tolmach.core.ids import AccountId
from tolmach.core.sentences import Sentence
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import import_errors, imports

WAITING = "waiting"
RUNNING = "running"
DONE = "done"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StoredImport:
    """A row, its columns in order; ``position`` counts records, ``read`` and ``total`` bytes or rows."""

    account: AccountId
    id: int
    base: int
    stored: str
    label: str
    encoding: str
    delimiter: str
    preview: Sequence[Sequence[str]]
    fields: Sequence[str | None]
    state: str
    total: int
    position: int
    read: int
    added: int
    known: int
    bad: int
    error: str
    created_at: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that was left out."""

    position: int
    line: int
    reason: str
    cells: Sequence[str]


def add(tx: Tx, row: StoredImport) -> int:
    """Store a new row and return the number that it got; that of ``row`` is not used."""
    number = counters.reserve(tx, counters.IMPORTS, 1)
    values: dict[str, Any] = {"account_id": row.account, "id": number, "base_id": row.base}
    plain = ("stored", "label", "encoding", "delimiter", "state", "total", "position", "read", "added", "known", "bad")
    values |= {name: getattr(row, name) for name in plain}
    values |= {"preview": _json(row.preview), "fields": _json(row.fields), "error": row.error}
    tx.execute(insert(imports).values(**values, created_at=row.created_at, changed_at=row.changed_at))
    return number


def by_id(tx: Tx, account: AccountId, number: int, *, to_change: bool = False) -> StoredImport | None:
    """Return a row; ``to_change``: nobody else may change it until the transaction ends."""
    asked = select(imports).where(imports.c.account_id == account, imports.c.id == number)
    row = tx.execute(asked.with_for_update() if to_change else asked).first()
    return None if row is None else _import(row)


def of_base(tx: Tx, account: AccountId, base: int, most: int) -> Sequence[StoredImport]:
    """Return the newest rows of a base."""
    asked = select(imports).where(imports.c.account_id == account, imports.c.base_id == base)
    return [_import(row) for row in tx.execute(asked.order_by(imports.c.id.desc()).limit(most))]


def running(tx: Tx) -> StoredImport | None:
    """Return the row that has been taken in for longest."""
    asked = select(imports).where(imports.c.state == RUNNING).order_by(imports.c.id).limit(1)
    row = tx.execute(asked).first()
    return None if row is None else _import(row)


def change(tx: Tx, row: StoredImport, now: int, **columns: Any) -> None:
    """Change columns of a row."""
    if "fields" in columns:
        columns["fields"] = _json(columns["fields"])
    chosen = update(imports).where(imports.c.account_id == row.account, imports.c.id == row.id)
    tx.execute(chosen.values(**columns, changed_at=now))


def drop(tx: Tx, account: AccountId, number: int) -> bool:
    """Forget a row and its faults, also those that somebody is just adding; return whether there was one."""
    gone = tx.execute(delete(imports).where(imports.c.account_id == account, imports.c.id == number)).rowcount
    tx.execute(delete(import_errors).where(import_errors.c.account_id == account, import_errors.c.import_id == number))
    return gone == 1


def add_faults(tx: Tx, row: StoredImport, faults: Sequence[Fault]) -> None:
    """Store records that were left out."""
    if faults:
        tx.execute(
            insert(import_errors),
            [
                {
                    "account_id": row.account,
                    "import_id": row.id,
                    "position": one.position,
                    "line": one.line,
                    "reason": to_text(one.reason),
                    "cells": _json(one.cells),
                }
                for one in faults
            ],
        )


def faults(tx: Tx, account: AccountId, number: int, behind: int, most: int) -> Sequence[Fault]:
    """Return records that were left out, behind a position."""
    asked = select(import_errors).where(import_errors.c.account_id == account, import_errors.c.import_id == number)
    asked = asked.where(import_errors.c.position > behind).order_by(import_errors.c.position).limit(most)
    return [Fault(row.position, row.line, from_text(row.reason), orjson.loads(row.cells)) for row in tx.execute(asked)]


def older(tx: Tx, before: int, most: int) -> Sequence[StoredImport]:
    """Return rows that have not changed since a moment and are not being taken in."""
    asked = select(imports).where(imports.c.changed_at < before, imports.c.state != RUNNING).limit(most)
    return [_import(row) for row in tx.execute(asked)]


def needed(tx: Tx, stored: Collection[str]) -> frozenset[str]:
    """Return which of these contents are still to be read."""
    asked = select(imports.c.stored).where(imports.c.stored.in_(list(stored)), imports.c.state.in_([WAITING, RUNNING]))
    return frozenset(tx.execute(asked).scalars())


def to_text(sentence: str) -> str:
    """Write a sentence so that it can be said in another language later."""
    if isinstance(sentence, Sentence):
        values = {name: str(value) for name, value in sentence.values.items()}
        return _json([sentence.template, values])
    return _json([sentence])


def from_text(text: str) -> str:
    """Read what `to_text` wrote; "" for nothing."""
    if not text:
        return ""
    template, *values = orjson.loads(text)
    return Sentence(template, values[0]) if values else template


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _import(row: Any) -> StoredImport:
    values = list(row)
    values[7], values[8] = orjson.loads(row.preview), orjson.loads(row.fields)
    return StoredImport(*values)
