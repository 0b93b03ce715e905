"""Leases as they are stored. Who changes them holds the lock of this name, so one look sees what the last one did."""

import time
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from tolmach.core.leases import slot_of
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.prepared import Prepared, insertion, one_of
from tolmach.store.schema import leases

LOCK = "leases"


class Lease(NamedTuple):
    """Who holds what, until which moment of the database's clock; the fields are the table's columns, in order."""

    name: str
    holder: str
    ends_at: int
    about: str = ""


_ALL = Prepared(select(leases).order_by(leases.c.name))
_INSERT = insertion(leases)
_RENEW = Prepared(
    update(leases)
    .where(leases.c.holder == bindparam("owner"), one_of(leases.c.name, "names"))
    .values(ends_at=bindparam("until"))
)
_DELETE = Prepared(delete(leases).where(one_of(leases.c.name, "names")))


def look(tx: Tx) -> tuple[int, Sequence[Lease]]:
    """Return the moment by the database's clock and `everything`; nobody else changes any until ``tx`` ends."""
    flavour(tx).lock(tx, LOCK)
    return clock(tx), everything(tx)


def everything(tx: Tx) -> Sequence[Lease]:
    """Return every lease, those that have run out too."""
    return [Lease(*row) for row in _ALL.all(tx)]


def clock(tx: Tx) -> int:
    """Return the moment by the database's clock; a file has that of this machine."""
    if not flavour(tx).locks_rows:
        return int(time.time() * 1000)
    found: int = tx.exec_driver_sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").scalar_one()
    return found


def renew(tx: Tx, holder: str, names: Collection[str], until: int) -> None:
    """Let a holder's leases end later."""
    if names:
        _RENEW.run(tx, owner=holder, names=list(names), until=until)


def take(tx: Tx, rows: Sequence[Lease]) -> None:
    """Store new leases; those that ran out have to be `forget`-ted before."""
    if rows:
        _INSERT.run_many(tx, [tuple(row) for row in rows])


def forget(tx: Tx, names: Collection[str]) -> None:
    """Let leases go."""
    if names:
        _DELETE.run(tx, names=list(names))


def release(tx: Tx, holder: str) -> None:
    """Let everything go that somebody holds."""
    flavour(tx).lock(tx, LOCK)
    tx.execute(delete(leases).where(leases.c.holder == holder))


def any_of_link(tx: Tx, link: str) -> bool:
    """Tell whether somebody still holds a connection of a link."""
    return any((slot := slot_of(lease.name)) is not None and slot.link == link for lease in everything(tx))
