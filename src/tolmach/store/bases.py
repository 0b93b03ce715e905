"""Address bases. The subscribers of a deleted base are taken away little by little, by whoever keeps the house."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from tolmach.core.bases import Base, Greeting
from tolmach.core.ids import AccountId
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import bases


def add(tx: Tx, base: Base) -> Base:
    """Store a new base and return it with its number, which no other base ever has."""
    number = counters.reserve(tx, counters.BASES, 1)
    tx.execute(insert(bases).values(id=number, account_id=base.account, size=0, deleted=False, **_columns(base)))
    return Base(number, base.account, base.name, base.greeting, 0, base.changed_at)


def change(tx: Tx, base: Base) -> None:
    """Store the name, the greeting and the moment of change of a base."""
    tx.execute(update(bases).where(*_is(base)).values(**_columns(base)))


def resize(tx: Tx, base: Base) -> None:
    """Store the size and the moment of change of a base."""
    tx.execute(update(bases).where(*_is(base)).values(size=base.size, changed_at=base.changed_at))


def remove(tx: Tx, account: AccountId, base: int, now_ms: int) -> bool:
    """Delete a base of an account; return whether there was one."""
    chosen = update(bases).where(bases.c.account_id == account, bases.c.id == base, bases.c.deleted.is_(False))
    return tx.execute(chosen.values(deleted=True, changed_at=now_ms)).rowcount == 1


def of_account(tx: Tx, account: AccountId) -> Sequence[Base]:
    """Return the bases of an account in order of their numbers."""
    asked = select(bases).where(bases.c.account_id == account, bases.c.deleted.is_(False)).order_by(bases.c.id)
    return [_base(row) for row in tx.execute(asked)]


def by_id(tx: Tx, account: AccountId, base: int, *, to_change: bool = False) -> Base | None:
    """Return a base of an account; ``to_change``: nobody else may change it until the transaction ends."""
    asked = select(bases).where(bases.c.account_id == account, bases.c.id == base, bases.c.deleted.is_(False))
    row = tx.execute(asked.with_for_update() if to_change else asked).first()
    return None if row is None else _base(row)


def by_name(tx: Tx, account: AccountId, name: str) -> Base | None:
    """Return the oldest base of that name (exact)."""
    asked = select(bases).where(bases.c.account_id == account, bases.c.name == name, bases.c.deleted.is_(False))
    row = tx.execute(asked.order_by(bases.c.id).limit(1)).first()
    return None if row is None else _base(row)


def count(tx: Tx, account: AccountId) -> int:
    """Return how many bases an account has."""
    asked = select(func.count()).where(bases.c.account_id == account, bases.c.deleted.is_(False))
    return tx.execute(asked).scalar_one()


def greeting(tx: Tx) -> Sequence[Base]:
    """Return the bases of all accounts that greet."""
    asked = select(bases).where(bases.c.greets.is_(True), bases.c.deleted.is_(False)).order_by(bases.c.id)
    return [_base(row) for row in tx.execute(asked)]


def deleted(tx: Tx) -> Sequence[int]:
    """Return the numbers of deleted bases that may still have subscribers."""
    return list(tx.execute(select(bases.c.id).where(bases.c.deleted.is_(True)).order_by(bases.c.id)).scalars())


def forget(tx: Tx, base: int) -> None:
    """Take away a deleted base for good."""
    tx.execute(delete(bases).where(bases.c.id == base, bases.c.deleted.is_(True)))


def _is(base: Base) -> tuple[Any, Any]:
    return bases.c.id == base.id, bases.c.account_id == base.account


def _columns(base: Base) -> dict[str, Any]:
    greeting = base.greeting
    return {
        "name": base.name,
        "greets": greeting.on,
        "greets_at": greeting.at.hour * 60 + greeting.at.minute,
        "local_time": greeting.local_time,
        "days_before": greeting.days_before,
        "sender": greeting.sender,
        "text": greeting.text,
        "changed_at": base.changed_at,
    }


def _base(row: Row[Any]) -> Base:
    hours, minutes = divmod(row.greets_at, 60)
    greeting = Greeting(row.greets, time(hours, minutes), row.local_time, row.days_before, row.sender, row.text)
    return Base(row.id, AccountId(row.account_id), row.name, greeting, row.size, row.changed_at)
