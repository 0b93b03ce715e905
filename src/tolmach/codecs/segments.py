"""How texts and octets become SMS parts: the one place that decides it, for price, answer and submission alike.

A part has 140 octets, of which a header takes some: 6 for a concatenation with an 8-bit reference, 7 with a 16-bit one.
So a text in the GSM alphabet has 160 septets in one part or 153 (152) in each of several; any other text has 70 or 67
(66) UTF-16 units. Octets for an application's port have a header of 7 octets, and share it with the concatenation when
there are several parts: 133 octets in one part, 128 (127) in each of several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from tolmach.codecs import gsm0338, udh

T = TypeVar("T", str, bytes)

MAX_PARTS: Final = 255

_OCTETS: Final = 140
_UTF16: Final = "utf-16-be"
# Longer texts are rare and seldom repeat: remembering them would only pin memory.
_REMEMBERED_LENGTH: Final = 1000


class Alphabet(StrEnum):
    """How the characters of a text are carried."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


class TextTooLong(ValueError):  # noqa: N818
    """The text needs more than 255 parts, the most one concatenation can number."""


@dataclass(frozen=True, slots=True)
class Segmented:
    """A text cut into parts that join back to it; an empty text is one empty part."""

    alphabet: Alphabet
    parts: tuple[str, ...]

    @property
    def count(self) -> int:
        """The number of parts, which is what is charged."""
        return len(self.parts)


def split(text: str) -> Segmented:
    """Cut a text into parts without breaking an escape pair or a surrogate pair; raise TextTooLong.

    A lone surrogate counts as one UTF-16 unit; two that form a pair come back as one character.
    """
    return _remembered(text) if len(text) <= _REMEMBERED_LENGTH else _split(text)


def split_otherwise(text: str, alphabet: Alphabet | None = None, wide: bool = False) -> Segmented:
    """Cut a text for a carrier that wants a 16-bit reference (``wide``) or another alphabet than its own."""
    return _split(text, alphabet, wide)


def count(text: str) -> int:
    """Return the number of parts a text takes; raise TextTooLong."""
    return len(split(text).parts)


def split_octets(octets: bytes, element: bytes = b"", wide: bool = False) -> tuple[bytes, ...]:
    """Cut octets that every part announces by an element of its header; raise TextTooLong."""
    if len(octets) <= _OCTETS - header_octets(1, element, wide):
        return (octets,)
    room = _OCTETS - header_octets(2, element, wide)
    return _numbered([octets[start : start + room] for start in range(0, len(octets), room)])


def count_octets(octets: bytes, element: bytes = b"") -> int:
    """Return the number of parts that octets take; raise TextTooLong."""
    return len(split_octets(octets, element))


def header_octets(total: int, element: bytes = b"", wide: bool = False) -> int:
    """Return the length of the header of each of so many parts; 0 when there is none."""
    elements = len(element) + ((6 if wide else 5) if total > 1 else 0)
    return 1 + elements if elements else 0


def payloads(bodies: Sequence[bytes], reference: int, element: bytes = b"", wide: bool = False) -> tuple[bytes, ...]:
    """Return the user data octets of each part, in order, as SMPP short_message carries them.

    A part is a header (so the UDH indicator must be set) and its body: the header has the ``element`` and, of several
    parts, the concatenation. One part without an element has no header. ``reference`` is 8 or 16 bits, else
    udh.BadHeader.
    """
    total = len(bodies)
    if total == 1:
        return (udh.header(element) + bodies[0] if element else bodies[0],)
    return tuple(
        udh.header(element, udh.concatenation(reference, total, number, wide)) + body
        for number, body in enumerate(bodies, start=1)
    )


def encode(part: str, alphabet: Alphabet) -> bytes:
    """Return a part's octets: one *unpacked* septet per octet (packing it behind a header is the carrier's work), or
    UTF-16 big-endian.
    """
    if alphabet is Alphabet.GSM7:
        return gsm0338.encode(part)
    return part.encode(_UTF16, "surrogatepass")


def _split(text: str, alphabet: Alphabet | None = None, wide: bool = False) -> Segmented:
    room = _OCTETS - header_octets(2, wide=wide)
    if len(text) > MAX_PARTS * (room * 8 // 7):
        raise TextTooLong(f"{len(text)} characters need more than {MAX_PARTS} parts")
    if alphabet is None:
        alphabet = Alphabet.GSM7 if gsm0338.encodable(text) else Alphabet.UCS2
    cut = _gsm_parts if alphabet is Alphabet.GSM7 else _ucs2_parts
    return Segmented(alphabet, cut(text, room))


_remembered: Final = lru_cache(maxsize=4096)(_split)


def _gsm_parts(text: str, room: int) -> tuple[str, ...]:
    """Cut into parts of so many octets of packed septets."""
    if gsm0338.septets(text) <= _OCTETS * 8 // 7:
        return (text,)
    encoded = gsm0338.encode(text)
    parts: list[str] = []
    start = 0
    while start < len(encoded):
        end = start + room * 8 // 7
        if end < len(encoded) and encoded[end - 1] == gsm0338.ESCAPE:
            end -= 1
        parts.append(gsm0338.decode(encoded[start:end]))
        start = end
    return _numbered(parts)


def _ucs2_parts(text: str, room: int) -> tuple[str, ...]:
    encoded = text.encode(_UTF16, "surrogatepass")
    if len(encoded) <= _OCTETS:
        return (text,)
    parts: list[str] = []
    start = 0
    while start < len(encoded):
        end = start + room // 2 * 2
        if end < len(encoded) and _is_high(encoded[end - 2]) and _is_low(encoded[end]):
            end -= 2
        parts.append(encoded[start:end].decode(_UTF16, "surrogatepass"))
        start = end
    return _numbered(parts)


def _is_high(octet: int) -> bool:
    return 0xD8 <= octet <= 0xDB


def _is_low(octet: int) -> bool:
    return 0xDC <= octet <= 0xDF


def _numbered(parts: list[T]) -> tuple[T, ...]:
    if len(parts) > MAX_PARTS:
        raise TextTooLong(f"{len(parts)} parts, at most {MAX_PARTS} can be numbered")
    return tuple(parts)
