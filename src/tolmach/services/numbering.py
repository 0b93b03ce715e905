"""Whose a number is, and where.

Paths that look up many numbers take `current` once, or ``Snapshot.numbering`` of the catalogue, which asks once a
revision; then a look-up is one bisection.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from tolmach.core.commands import DescribeNumbers
from tolmach.core.commands.installation import GetNumbering
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.numbering import NumberInfo, Numbering, Ported, Ranges
from tolmach.core.phone import normalise
from tolmach.core.regions import hours_from_moscow
from tolmach.core.rejections import Rejection
from tolmach.core.results import NumberDetail, NumbersResult
from tolmach.core.results.installation import NumberingResult, PlanImport
from tolmach.services.context import Handlers
from tolmach.services.numberingplan import current
from tolmach.store import numbering
from tolmach.store.database import Tx
from tolmach.store.numbering import Imported

__all__ = ["READERS", "current", "describe", "imports", "lookup", "replace_ported", "replace_ranges", "status"]

_NO_DIGITS = re.compile(r"[^0-9]+")


def lookup(tx: Tx, phone: str) -> NumberInfo:
    """Return what is known of a number in international digits; what is not known is ""."""
    return current(tx).lookup(phone)


def describe(plan: Numbering, command: DescribeNumbers, now: datetime) -> NumbersResult:
    """Return what is known of each number, city numbers included."""
    return NumbersResult(command.numbers, [_detail(plan.lookup(_digits(one)), now) for one in command.numbers])


def _digits(written: str) -> str:
    number = normalise(written)
    if not isinstance(number, Rejection):
        return number
    digits = _NO_DIGITS.sub("", written)
    if len(digits) == 10:
        return "7" + digits
    return "7" + digits[1:] if len(digits) == 11 and digits[0] == "8" else digits


def _detail(known: NumberInfo, now: datetime) -> NumberDetail:
    hours = hours_from_moscow(known.time_zone, now) if known.time_zone else None
    return NumberDetail(known.operator, known.region, hours)


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


def imports(tx: Tx) -> dict[str, Imported]:
    """Return what was imported, by table: ``ranges`` and ``ported``."""
    found = {name: numbering.about(tx, name) for name in (numbering.RANGES, numbering.PORTED)}
    return {name: about for name, about in found.items() if about is not None}


def status(tx: Tx, command: GetNumbering, _now: datetime) -> NumberingResult:
    """Return what is imported, and what is known of a number."""
    found = [
        PlanImport(name, from_ms(about.imported_at), about.entries, about.octets, about.sources)
        for name, about in imports(tx).items()
    ]
    number = normalise(command.number) if command.number else None
    if number is None or isinstance(number, Rejection):
        return NumberingResult(found, None, None)
    return NumberingResult(found, number, lookup(tx, number))


def _replace(tx: Tx, name: str, stored: bytes, about: Imported) -> None:
    numbering.replace(tx, name, hashlib.sha256(stored).hexdigest(), stored, about)


READERS: Handlers = {
    DescribeNumbers: lambda asked, command: describe(asked.snapshot.numbering(asked.tx), command, asked.now),
}
