"""The user data header in front of an SMS body: information elements (3GPP TS 23.040, 9.2.3.24).

On the wire: one octet with the length of what follows, then for each element its identifier, the length
of its data and the data. All numbers are big-endian.
"""

from dataclasses import dataclass
from typing import Final

CONCATENATION: Final = 0x00
CONCATENATION_WIDE: Final = 0x08
PORTS: Final = 0x05

_BODY_OCTETS: Final = 140


class BadHeader(ValueError):  # noqa: N818
    """Octets that are no user data header, or values that cannot stand in one."""


@dataclass(frozen=True, slots=True)
class Element:
    """One information element: its identifier (0..255) and its data."""

    identifier: int
    data: bytes


def concatenation(reference: int, total: int, number: int, wide: bool = False) -> bytes:
    """Return the element of part `number` (from 1) of `total` (1..255); `wide` has a 16-bit reference."""
    if not (0 <= reference < (0x10000 if wide else 0x100) and 1 <= number <= total <= 255):
        raise BadHeader(f"no such part: {number} of {total}, reference {reference}")
    if wide:
        return bytes((CONCATENATION_WIDE, 4, reference >> 8, reference & 0xFF, total, number))
    return bytes((CONCATENATION, 3, reference, total, number))


def ports(destination: int, source: int) -> bytes:
    """Return the element of 16-bit application ports, as WAP push and vCard need it."""
    if not (0 <= destination < 0x10000 and 0 <= source < 0x10000):
        raise BadHeader(f"no such port: {destination} or {source}")
    return bytes((PORTS, 4)) + destination.to_bytes(2, "big") + source.to_bytes(2, "big")


def header(*elements: bytes) -> bytes:
    """Join encoded elements behind the length octet; raise BadHeader when no body could hold it."""
    joined = b"".join(elements)
    if len(joined) >= _BODY_OCTETS:
        raise BadHeader(f"{len(joined)} octets of elements do not fit in one message")
    return bytes((len(joined),)) + joined


def parse(user_data: bytes) -> tuple[tuple[Element, ...], bytes]:
    """Split user data that is flagged as having a header into elements and the body after them.

    Total over arbitrary bytes: gives a pair or raises BadHeader. Unknown elements are kept.
    """
    if not user_data:
        raise BadHeader("no length octet")
    end = 1 + user_data[0]
    if end > len(user_data):
        raise BadHeader(f"header of {end} octets in user data of {len(user_data)}")
    elements: list[Element] = []
    at = 1
    while at < end:
        start = at + 2
        if start > end or (stop := start + user_data[at + 1]) > end:
            raise BadHeader(f"element at octet {at} runs past the header")
        elements.append(Element(user_data[at], user_data[start:stop]))
        at = stop
    return tuple(elements), user_data[end:]
