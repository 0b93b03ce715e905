"""Receipts that no part answers to: a carrier speaks of what was not sent by it, or not by this installation."""

from datetime import datetime

from tolmach.core.commands.pulse import ListOrphans
from tolmach.core.moments import from_ms
from tolmach.core.results.pulse import OrphanRow, OrphansPage
from tolmach.store import orphans
from tolmach.store.database import Tx

PAGE = 50


def listing(tx: Tx, command: ListOrphans, _now: datetime) -> OrphansPage:
    """Return a page, newest first."""
    found = orphans.page(tx, command.link, command.before, PAGE + 1)
    rows = [
        OrphanRow(one.id, one.link, one.provider_id, one.status, from_ms(one.at), from_ms(one.received_at))
        for one in found[:PAGE]
    ]
    return OrphansPage(rows, rows[-1].id if len(found) > PAGE else 0)
