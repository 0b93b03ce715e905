"""A text as the user data of SMPP messages, by the rules of a link.

Parts are cut as they were priced (`tolmach.codecs.segments`), with two exceptions: a 16-bit concatenation header
leaves one character less in each part, and a text of the GSM alphabet that a Latin-1 carrier cannot be given goes as
UCS-2. Both may need more parts than were priced.
"""

from typing import Final, NamedTuple

from tolmach.codecs import gsm0338, segments, udh
from tolmach.codecs.segments import MAX_PARTS, Alphabet, TextTooLong
from tolmach.codecs.smpp.constants import EsmClass
from tolmach.codecs.smpp.tlv import Tag, Tlvs, make
from tolmach.core.links import ContentRules, DefaultAlphabet, Long

UCS2_CODING: Final = 8
_SINGLE: Final = {Alphabet.GSM7: 160, Alphabet.UCS2: 70}
_ROOM: Final = {
    Alphabet.GSM7: {False: 153, True: 152},  # septets beside an 8-bit and a 16-bit reference
    Alphabet.UCS2: {False: 67, True: 66},
}
_UDHI: Final = int(EsmClass.UDHI)
_RETURN: Final = 0x0D


class UserData(NamedTuple):
    """The fields of one message that carry its text."""

    data_coding: int
    esm_class: int
    octets: bytes
    tlvs: Tlvs


def encode(text: str, rules: ContentRules, reference: int) -> tuple[UserData, ...]:
    """Return the user data of each PDU, in order. ``reference`` ties the parts together; 16 bits of it are used at
    most. Raises TextTooLong.
    """
    alphabet, parts = _cut(text, rules)
    coding = rules.gsm_coding if alphabet is Alphabet.GSM7 else UCS2_CODING
    total = len(parts)
    if total == 1:
        return (UserData(coding, 0, _octets(text, alphabet, rules, 0), ()),)
    if rules.long is Long.PAYLOAD:
        whole = _octets(text, alphabet, rules, 0)
        return (UserData(coding, 0, b"", (make(Tag.MESSAGE_PAYLOAD, whole),)),)
    if rules.long is Long.SAR:
        return tuple(
            UserData(coding, 0, _octets(part, alphabet, rules, 0), _sar(reference, total, number))
            for number, part in enumerate(parts, 1)
        )
    return tuple(
        UserData(coding, _UDHI, head + _octets(part, alphabet, rules, len(head)), ())
        for part, head in zip(parts, _headers(reference, total, rules.long is Long.UDH16), strict=True)
    )


def _sar(reference: int, total: int, number: int) -> Tlvs:
    """Eight bits of reference, so that a carrier that turns it into a header has room for the short one."""
    return (
        make(Tag.SAR_MSG_REF_NUM, reference & 0xFF),
        make(Tag.SAR_TOTAL_SEGMENTS, total),
        make(Tag.SAR_SEGMENT_SEQNUM, number),
    )


def _headers(reference: int, total: int, wide: bool) -> list[bytes]:
    kept = reference & (0xFFFF if wide else 0xFF)
    return [udh.header(udh.concatenation(kept, total, number, wide)) for number in range(1, total + 1)]


def _cut(text: str, rules: ContentRules) -> tuple[Alphabet, tuple[str, ...]]:
    priced = segments.split(text)
    alphabet = priced.alphabet
    if alphabet is Alphabet.GSM7 and rules.alphabet is DefaultAlphabet.LATIN1 and not _is_latin1(text):
        return Alphabet.UCS2, _cut_again(text, Alphabet.UCS2, rules)
    if priced.count > 1 and rules.long is Long.UDH16:
        return alphabet, _cut_again(text, alphabet, rules)
    return alphabet, priced.parts


def _cut_again(text: str, alphabet: Alphabet, rules: ContentRules) -> tuple[str, ...]:
    widths = [_width(char, alphabet) for char in text]
    if sum(widths) <= _SINGLE[alphabet]:
        return (text,)
    room = _ROOM[alphabet][rules.long is Long.UDH16]
    parts: list[str] = []
    start = used = 0
    for at, width in enumerate(widths):
        if used + width > room:
            parts.append(text[start:at])
            start, used = at, 0
        used += width
    parts.append(text[start:])
    if len(parts) > MAX_PARTS:
        raise TextTooLong(f"{len(parts)} parts, at most {MAX_PARTS} can be numbered")
    return tuple(parts)


def _width(char: str, alphabet: Alphabet) -> int:
    """Septets or UTF-16 units of a character; it is never cut in two."""
    if alphabet is Alphabet.GSM7:
        return gsm0338.septets(char)
    return 2 if ord(char) > 0xFFFF else 1


def _octets(part: str, alphabet: Alphabet, rules: ContentRules, header: int) -> bytes:
    if alphabet is Alphabet.UCS2:
        return part.encode("utf-16-be", "surrogatepass")
    if rules.alphabet is DefaultAlphabet.LATIN1:
        return part.encode("latin-1")
    septets = gsm0338.encode(part)
    return septets if rules.alphabet is DefaultAlphabet.GSM else _packed(septets, header)


def _packed(septets: bytes, header: int) -> bytes:
    """Septets behind a header of so many octets, from a septet boundary on (3GPP TS 23.040, 9.2.3.24).

    Seven spare bits at the end would read as an @: a carriage return fills them (3GPP TS 23.038, 6.1.2.3.1).
    """
    fill = -8 * header % 7
    if (7 * len(septets) + fill) % 8 == 1:
        septets += bytes((_RETURN,))
    return gsm0338.pack(septets, fill)


def _is_latin1(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
