"""How a text becomes SMS parts: the one place that decides it, for price, answer and submission alike.

A text in the GSM alphabet has 160 septets in one part or 153 in each of several; any other text has 70 or
67 UTF-16 units. The difference is the six octets of the concatenation header with an 8-bit reference.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from tolmach.codecs import gsm0338, udh

MAX_PARTS: Final = 255

_SINGLE_SEPTETS: Final = 160
_PART_SEPTETS: Final = 153
_SINGLE_OCTETS: Final = 2 * 70
_PART_OCTETS: Final = 2 * 67
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


def count(text: str) -> int:
    """Return the number of parts a text takes; raise TextTooLong."""
    return len(split(text).parts)


def payloads(segmented: Segmented, reference: int) -> tuple[bytes, ...]:
    """Return the user data octets of each part, in order, as SMPP short_message carries them.

    One part: the encoded text alone. Several: the octets `05 00 03 reference total number` (so the UDH
    indicator must be set) and then the encoded text. GSM text is one *unpacked* septet per octet, no fill
    bit: packing it behind the header is the carrier's work. Other text is UTF-16 big-endian. `reference`
    is 0..255, else udh.BadHeader.
    """
    encoded = [_encoded(part, segmented.alphabet) for part in segmented.parts]
    total = len(encoded)
    if total == 1:
        return tuple(encoded)
    return tuple(
        udh.header(udh.concatenation(reference, total, number)) + body for number, body in enumerate(encoded, start=1)
    )


def _encoded(part: str, alphabet: Alphabet) -> bytes:
    if alphabet is Alphabet.GSM7:
        return gsm0338.encode(part)
    return part.encode(_UTF16, "surrogatepass")


def _split(text: str) -> Segmented:
    if len(text) > MAX_PARTS * _PART_SEPTETS:
        raise TextTooLong(f"{len(text)} characters need more than {MAX_PARTS} parts")
    if gsm0338.encodable(text):
        return Segmented(Alphabet.GSM7, _gsm_parts(text))
    return Segmented(Alphabet.UCS2, _ucs2_parts(text))


_remembered: Final = lru_cache(maxsize=4096)(_split)


def _gsm_parts(text: str) -> tuple[str, ...]:
    if gsm0338.septets(text) <= _SINGLE_SEPTETS:
        return (text,)
    encoded = gsm0338.encode(text)
    parts: list[str] = []
    start = 0
    while start < len(encoded):
        end = start + _PART_SEPTETS
        if end < len(encoded) and encoded[end - 1] == gsm0338.ESCAPE:
            end -= 1
        parts.append(gsm0338.decode(encoded[start:end]))
        start = end
    return _numbered(parts)


def _ucs2_parts(text: str) -> tuple[str, ...]:
    encoded = text.encode(_UTF16, "surrogatepass")
    if len(encoded) <= _SINGLE_OCTETS:
        return (text,)
    parts: list[str] = []
    start = 0
    while start < len(encoded):
        end = start + _PART_OCTETS
        if end < len(encoded) and _is_high(encoded[end - 2]) and _is_low(encoded[end]):
            end -= 2
        parts.append(encoded[start:end].decode(_UTF16, "surrogatepass"))
        start = end
    return _numbered(parts)


def _is_high(octet: int) -> bool:
    return 0xD8 <= octet <= 0xDB


def _is_low(octet: int) -> bool:
    return 0xDC <= octet <= 0xDF


def _numbered(parts: list[str]) -> tuple[str, ...]:
    if len(parts) > MAX_PARTS:
        raise TextTooLong(f"{len(parts)} parts, at most {MAX_PARTS} can be numbered")
    return tuple(parts)
