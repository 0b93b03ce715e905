"""Whose a number is, and where: the numbering plan as transactions see it.

The tables are remembered by the digest of their content, so they are read again only after an import. Paths that
look up many numbers take `current` once, or ``Snapshot.numbering`` of the catalogue, which asks once a revision.
"""

import hashlib
import threading
from collections.abc import Sequence
from datetime import datetime

from tolmach.core.moments import to_ms
from tolmach.core.numbering import NumberInfo, Numbering, Ported, Ranges
from tolmach.store import numbering
from tolmach.store.database import Tx
from tolmach.store.numbering import Imported

_KEPT = 2  # the plan in use, and the one before it for transactions that began earlier
_loading = threading.Lock()
_plans: dict[tuple[str, str], Numbering] = {}


def lookup(tx: Tx, phone: str) -> NumberInfo:
    """Return what is known of a number in international digits; what is not known is ""."""
    return current(tx).lookup(phone)


def current(tx: Tx) -> Numbering:
    """Return the plan that a transaction sees; without an import it answers from public metadata."""
    digests = numbering.digests(tx)
    key = (digests.get(numbering.RANGES, ""), digests.get(numbering.PORTED, ""))
    found = _plans.get(key)
    if found is None:
        with _loading:
            found = _plans.get(key) or _load(tx, key)
    return found


def _load(tx: Tx, key: tuple[str, str]) -> Numbering:
    ranges, ported = _shared(key)
    if ranges is None:
        stored = numbering.content(tx, numbering.RANGES)
        ranges = Ranges.load(stored) if stored else Ranges()
    if ported is None:
        stored = numbering.content(tx, numbering.PORTED)
        ported = Ported.load(stored) if stored else Ported()
    while len(_plans) >= _KEPT:
        del _plans[next(iter(_plans))]
    plan = _plans[key] = Numbering(ranges, ported)
    return plan


def _shared(key: tuple[str, str]) -> tuple[Ranges | None, Ported | None]:
    """Return the table that did not change since it was loaded last."""
    ranges = next((plan.ranges for known, plan in _plans.items() if known[0] == key[0]), None)
    ported = next((plan.ported for known, plan in _plans.items() if known[1] == key[1]), None)
    return ranges, ported


def replace_ranges(tx: Tx, ranges: Ranges, sources: Sequence[str], now: datetime, stored: bytes | None = None) -> None:
    """Put a plan in the place of the one before it."""
    _replace(
        tx, numbering.RANGES, stored or ranges.dump(), Imported(to_ms(now), len(ranges.firsts), ", ".join(sources))
    )


def replace_ported(tx: Tx, ported: Ported, sources: Sequence[str], now: datetime, stored: bytes | None = None) -> None:
    """Put a list of ported numbers in the place of the one before it."""
    _replace(
        tx, numbering.PORTED, stored or ported.dump(), Imported(to_ms(now), len(ported.numbers), ", ".join(sources))
    )


def _replace(tx: Tx, name: str, stored: bytes, about: Imported) -> None:
    numbering.replace(tx, name, hashlib.sha256(stored).hexdigest(), stored, about)
