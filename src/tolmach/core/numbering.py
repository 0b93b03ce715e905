"""The numbering plan in memory: whose a number is, and where.

Ranges stand in arrays sorted by their first number, so a look-up is one bisection; operators and regions are interned,
and a range costs 20 octets. A ported number has another operator than its range. What no range has is answered from
public metadata. Both tables have a stored form: zlib over a JSON head and the arrays, little-endian.
"""

import zlib
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson

from tolmach.core import publicnumbers
from tolmach.core.regions import zone_of

_LONGEST: Final = 15
_IS_LITTLE: Final = array("H", [1]).tobytes()[0] == 1


class NumberInfo(NamedTuple):
    """Whose a number is and where; "" is not known. ``time_zone`` is an IANA name."""

    operator: str = ""
    region: str = ""
    time_zone: str = ""


NOTHING: Final = NumberInfo()


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges of international numbers that do not overlap, in order.

    Range ``i`` begins with number ``firsts[i]``, has ``spans[i] + 1`` numbers, and belongs to ``operators[owners[i]]``
    in ``regions[places[i]]``.
    """

    firsts: "array[int]" = field(default_factory=lambda: array("q"))
    spans: "array[int]" = field(default_factory=lambda: array("I"))
    owners: "array[int]" = field(default_factory=lambda: array("I"))
    places: "array[int]" = field(default_factory=lambda: array("I"))
    operators: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def dump(self) -> bytes:
        """Return the stored form."""
        names = {"operators": self.operators, "regions": self.regions}
        return _pack(names, self.firsts, self.spans, self.owners, self.places)

    @classmethod
    def load(cls, stored: bytes) -> "Ranges":
        """Read the stored form."""
        head, (firsts, spans, owners, places) = _unpack(stored, "qIII")
        return cls(firsts, spans, owners, places, tuple(head["operators"]), tuple(head["regions"]))


@dataclass(frozen=True, slots=True)
class Ported:
    """Numbers that were taken along to another operator, in order: ``numbers[i]`` is ``operators[owners[i]]``'s."""

    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    owners: "array[int]" = field(default_factory=lambda: array("I"))
    operators: tuple[str, ...] = ()

    def dump(self) -> bytes:
        """Return the stored form."""
        return _pack({"operators": self.operators}, self.numbers, self.owners)

    @classmethod
    def load(cls, stored: bytes) -> "Ported":
        """Read the stored form."""
        head, (numbers, owners) = _unpack(stored, "qI")
        return cls(numbers, owners, tuple(head["operators"]))


class Numbering:
    """Looks numbers up; safe to use from several threads, and never changes."""

    def __init__(self, ranges: Ranges | None = None, ported: Ported | None = None) -> None:
        self.ranges = ranges or Ranges()
        self.ported = ported or Ported()
        self._firsts, self._spans = self.ranges.firsts, self.ranges.spans
        self._zones = [zone_of(region) for region in self.ranges.regions]

    def lookup(self, phone: str) -> NumberInfo:
        """Return what is known of a number in international digits; anything else is not known."""
        if not (phone.isascii() and phone.isdecimal() and len(phone) <= _LONGEST):
            return NOTHING
        number = int(phone)
        at = bisect_right(self._firsts, number) - 1
        if at >= 0 and number - self._firsts[at] <= self._spans[at]:
            place = self.ranges.places[at]
            operator = self.ranges.operators[self.ranges.owners[at]]
            found = NumberInfo(operator, self.ranges.regions[place], self._zones[place])
        else:
            found = NumberInfo(*publicnumbers.describe(phone))
        return self._now_of(number, found) if self.ported.numbers else found

    def _now_of(self, number: int, found: NumberInfo) -> NumberInfo:
        ported = self.ported
        at = bisect_left(ported.numbers, number)
        if at < len(ported.numbers) and ported.numbers[at] == number:
            return found._replace(operator=ported.operators[ported.owners[at]])
        return found


def _pack(head: dict[str, Any], *arrays: "array[int]") -> bytes:
    body = b"".join(_little(one).tobytes() for one in arrays)
    return zlib.compress(orjson.dumps({**head, "count": len(arrays[0])}) + b"\n" + body)


def _unpack(stored: bytes, types: str) -> "tuple[dict[str, Any], list[array[int]]]":
    plain = zlib.decompress(stored)
    start = plain.index(b"\n") + 1
    head = orjson.loads(plain[:start])
    arrays = []
    for code in types:
        one = array(code)
        end = start + head["count"] * one.itemsize
        one.frombytes(memoryview(plain)[start:end])
        arrays.append(_little(one))
        start = end
    return head, arrays


def _little(one: "array[int]") -> "array[int]":
    if _IS_LITTLE:
        return one
    swapped = array(one.typecode, one)  # pragma: no cover
    swapped.byteswap()  # pragma: no cover
    return swapped  # pragma: no cover
