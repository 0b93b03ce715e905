"""The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1 and 6.2.1.1).

A *septet* is a number 0..127. Unpacked septets travel one per octet (that is how SMPP carries them);
packed ones follow each other without gaps, low bits first (6.1.2.1.1). A character of the extension
table takes two septets: ESC (0x1B) and its code.
"""

import codecs
import re
from typing import Final

ESCAPE: Final = 0x1B
_ESC: Final = "\x1b"

_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
_EXTENSION: Final = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}

# One C call per message: charmap_encode takes an octet or a run of octets for each code point.
_ENCODING: Final[dict[int, int | bytes]] = {
    **{ord(char): code for code, char in enumerate(_BASIC) if char != _ESC},
    **{ord(char): bytes((ESCAPE, code)) for code, char in _EXTENSION.items()},
}
_OUTSIDE: Final = re.compile(f"[^{re.escape(_BASIC.replace(_ESC, '') + ''.join(_EXTENSION.values()))}]")
_DOUBLE: Final = re.compile(f"[{re.escape(''.join(_EXTENSION.values()))}]")

_DECODING: Final = _BASIC + "\ufffd" * 128
# ESC followed by a code that has no extension shows the basic character; ESC ESC and a last ESC a space.
_ESCAPED: Final = re.compile("\x1b(.?)", re.DOTALL)
_AFTER_ESCAPE: Final = {_BASIC[code]: char for code, char in _EXTENSION.items()} | {_ESC: " ", "": " "}

_BITS: Final = tuple(f"{septet:07b}" for septet in range(128))


class BadSeptets(ValueError):  # noqa: N818
    """Text outside the alphabet, a value above 127, or fewer packed octets than the count asks for."""


def unencodable(text: str) -> str | None:
    """Return the first character outside the alphabet, or None when the whole text fits."""
    found = _OUTSIDE.search(text)
    return found[0] if found else None


def encodable(text: str) -> bool:
    """Tell whether every character is in the default alphabet or its extension table."""
    return _OUTSIDE.search(text) is None


def septets(text: str) -> int:
    """Return the length of an encodable text in septets: extension characters count two."""
    return len(text) + len(_DOUBLE.findall(text))


def encode(text: str) -> bytes:
    """Return unpacked septets, one per octet; raise BadSeptets for a character outside the alphabet."""
    try:
        return codecs.charmap_encode(text, "strict", _ENCODING)[0]
    except UnicodeEncodeError as error:
        raise BadSeptets(f"not in the GSM alphabet: {text[error.start]!r}") from None


def decode(unpacked: bytes) -> str:
    """Return the text of unpacked septets; total: an octet above 127 becomes U+FFFD."""
    text = codecs.charmap_decode(unpacked, "strict", _DECODING)[0]
    if ESCAPE in unpacked:
        return _ESCAPED.sub(lambda pair: _AFTER_ESCAPE.get(pair[1], pair[1]), text)
    return text


def pack(septets: bytes, fill_bits: int = 0) -> bytes:
    """Pack unpacked septets into octets, low bits first, after `fill_bits` (0..6) zero bits.

    Fill bits put the first septet after a user data header on a septet boundary: one after 6 octets.
    Spare bits at the end are zero, so the receiver needs the count. Raises BadSeptets above 127.
    """
    try:
        bits = "".join([_BITS[septet] for septet in reversed(septets)])
    except IndexError:
        raise BadSeptets(f"not a septet: {max(septets)}") from None
    if not bits:
        return b""
    return (int(bits, 2) << fill_bits).to_bytes((len(bits) + fill_bits + 7) // 8, "little")


def unpack(packed: bytes, count: int, fill_bits: int = 0) -> bytes:
    """Return `count` unpacked septets that start `fill_bits` into the octets; raise BadSeptets if short."""
    size = 7 * count
    if count < 0 or size + fill_bits > 8 * len(packed):
        raise BadSeptets(f"{count} septets do not fit in {len(packed)} octets")
    value = int.from_bytes(packed, "little") >> fill_bits
    bits = f"{value:0{size + 8}b}"
    end = len(bits)
    return bytes([int(bits[at - 7 : at], 2) for at in range(end, end - size, -7)])
