"""Campaign ids from 1 in tests: expectations stay short."""

from sqlalchemy import delete

from tolmach.store.counters import CAMPAIGNS
from tolmach.store.database import Tx
from tolmach.store.schema import counters


def from_one(tx: Tx) -> None:
    """Start campaign ids at 1, not beyond the names that clients count from 1 themselves."""
    tx.execute(delete(counters).where(counters.c.name == CAMPAIGNS))
