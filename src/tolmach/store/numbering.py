"""The numbering plan as it is kept: one row for the ranges, one for ported numbers."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared
from tolmach.store.schema import numbering

RANGES = "ranges"
PORTED = "ported"

_DIGESTS = Prepared(select(numbering.c.name, numbering.c.digest))


class Imported(NamedTuple):
    """What was imported: when (ms), how many entries, from which files."""

    imported_at: int
    entries: int
    sources: str
    octets: int = 0


def digests(tx: Tx) -> Mapping[str, str]:
    """Return name -> digest of what is imported."""
    return dict(_DIGESTS.all(tx))


def content(tx: Tx, name: str) -> bytes | None:
    """Return a stored table, None when nothing was imported."""
    return tx.execute(select(numbering.c.content).where(numbering.c.name == name)).scalar()


def replace(tx: Tx, name: str, digest: str, stored: bytes, about: Imported) -> None:
    """Put a table in the place of the one before it; every process notices."""
    remove(tx, name)
    values = {"imported_at": about.imported_at, "entries": about.entries, "sources": about.sources}
    tx.execute(insert(numbering).values(name=name, digest=digest, content=stored, **values))


def remove(tx: Tx, name: str) -> bool:
    """Forget a table; tell whether there was one."""
    counters.touch_revision(tx)
    return tx.execute(delete(numbering).where(numbering.c.name == name)).rowcount > 0


def about(tx: Tx, name: str) -> Imported | None:
    """Return what was imported, None when nothing was."""
    columns = (numbering.c.imported_at, numbering.c.entries, numbering.c.sources, numbering.c.content)
    row = tx.execute(select(*columns).where(numbering.c.name == name)).first()
    return None if row is None else Imported(row[0], row[1], row[2], len(row[3]))
