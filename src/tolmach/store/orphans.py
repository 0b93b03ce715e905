"""Receipts that no part answers to, as they are looked at."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from tolmach.core.status import Status
from tolmach.store.database import Tx
from tolmach.store.legs import STATUSES
from tolmach.store.schema import orphans


class Kept(NamedTuple):
    """A receipt with its number."""

    id: int
    link: str
    provider_id: str
    status: Status
    at: int
    received_at: int
    text_id: str = ""
    tlv_id: str = ""


def page(tx: Tx, link: str, before: int, limit: int) -> Sequence[Kept]:
    """Return receipts of a link ("": of all) whose numbers are below ``before`` (0: all), newest first."""
    asked = select(orphans)
    if link:
        asked = asked.where(orphans.c.link == link)
    if before:
        asked = asked.where(orphans.c.id < before)
    rows = tx.execute(asked.order_by(orphans.c.id.desc()).limit(limit))
    return [
        Kept(row.id, row.link, row.provider_id, STATUSES[row.status], row.at, row.received_at, row.text_id, row.tlv_id)
        for row in rows
    ]


def count_since(tx: Tx, since: int, most: int) -> int:
    """Return how many receipts came since a moment, counting the newest ``most`` at most."""
    rows = tx.execute(select(orphans.c.received_at).order_by(orphans.c.id.desc()).limit(most)).scalars()
    return sum(moment >= since for moment in rows)
