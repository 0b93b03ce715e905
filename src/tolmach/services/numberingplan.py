"""The numbering plan that a transaction sees, remembered by the digest of its content: read again after an import."""

import threading

from tolmach.core.numbering import Numbering, Ported, Ranges
from tolmach.store import numbering
from tolmach.store.database import Tx

_KEPT = 2  # the plan in use, and the one before it for transactions that began earlier
_loading = threading.Lock()
_plans: dict[tuple[str, str], Numbering] = {}


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
