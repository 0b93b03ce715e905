"""Content as the user data of SMPP messages, by the rules of a link.

Parts are cut as they were priced (`tolmach.codecs.segments`), with two exceptions: a 16-bit concatenation header
leaves less room in each part, and a text of the GSM alphabet that a Latin-1 carrier cannot be given goes as UCS-2.
Both may need more parts than were priced.
"""

from typing import Final, NamedTuple

from tolmach.codecs import gsm0338, segments
from tolmach.codecs.segments import Alphabet
from tolmach.codecs.smpp.constants import EsmClass
from tolmach.codecs.smpp.tlv import Tag, Tlvs, make
from tolmach.core.binary import Binary, to_octets
from tolmach.core.content import Content, FlashText, SilentPing, VCard, WapPush
from tolmach.core.links import ContentRules, DefaultAlphabet, FlashCoding, Long

UCS2_CODING: Final = 8
SILENT: Final = 0x40
"""protocol_id of a message that the phone acknowledges and drops: "type 0" (3GPP TS 23.040, 9.2.3.9)."""

# message class 0 (3GPP TS 23.038, 4): the coding group F has no UCS-2
_FLASH: Final = {
    FlashCoding.GENERAL: {Alphabet.GSM7: 0x10, Alphabet.UCS2: 0x18},
    FlashCoding.CLASS: {Alphabet.GSM7: 0xF0, Alphabet.UCS2: 0x18},
}
_RETURN: Final = 0x0D


class UserData(NamedTuple):
    """The fields of one message that carry its content."""

    data_coding: int
    esm_class: int
    octets: bytes
    tlvs: Tlvs
    protocol_id: int = 0


def encode(content: Content, rules: ContentRules, reference: int) -> tuple[UserData, ...]:
    """Return the user data of each PDU, in order. ``reference`` ties the parts together; 16 bits of it are used at
    most. Raises TextTooLong.
    """
    if isinstance(content, WapPush | VCard):
        return _binary(to_octets(content), rules, reference)
    if isinstance(content, SilentPing):
        first = segments.split(content.text).parts[0]
        return (_text(first, rules, reference, flash=False)[0]._replace(protocol_id=SILENT),)
    return _text(content.text, rules, reference, flash=isinstance(content, FlashText))


def _text(text: str, rules: ContentRules, reference: int, *, flash: bool) -> tuple[UserData, ...]:
    alphabet, parts = _cut(text, rules)
    coding = rules.gsm_coding if alphabet is Alphabet.GSM7 else UCS2_CODING
    if flash:
        coding = _FLASH[rules.flash][alphabet]
    if rules.long is Long.PAYLOAD and len(parts) > 1:
        return (UserData(coding, 0, b"", (make(Tag.MESSAGE_PAYLOAD, _octets(text, alphabet, rules, 0)),)),)
    headed = rules.long in (Long.UDH8, Long.UDH16)
    header = segments.header_octets(len(parts), wide=rules.long is Long.UDH16) if headed else 0
    return _parts([_octets(part, alphabet, rules, header) for part in parts], coding, rules, reference)


def _binary(binary: Binary, rules: ContentRules, reference: int) -> tuple[UserData, ...]:
    """Octets for a port. Where long messages have no header, the ports are parameters, too."""
    coding = rules.binary_coding
    parts = segments.split_octets(binary.octets, binary.element, rules.long is Long.UDH16)
    if len(parts) == 1 or rules.long in (Long.UDH8, Long.UDH16):
        return _parts(parts, coding, rules, reference, binary.element)
    ports = (make(Tag.SOURCE_PORT, binary.source_port), make(Tag.DESTINATION_PORT, binary.port))
    if rules.long is Long.PAYLOAD:
        return (UserData(coding, 0, b"", (*ports, make(Tag.MESSAGE_PAYLOAD, binary.octets))),)
    return tuple(one._replace(tlvs=ports + one.tlvs) for one in _parts(parts, coding, rules, reference))


def _parts(
    bodies: list[bytes] | tuple[bytes, ...], coding: int, rules: ContentRules, reference: int, element: bytes = b""
) -> tuple[UserData, ...]:
    total = len(bodies)
    if total > 1 and rules.long is Long.SAR:
        return tuple(UserData(coding, 0, body, _sar(reference, total, number)) for number, body in enumerate(bodies, 1))
    wide = rules.long is Long.UDH16
    esm_class = EsmClass.UDHI if element or total > 1 else 0
    kept = reference & (0xFFFF if wide else 0xFF)
    return tuple(UserData(coding, esm_class, octets, ()) for octets in segments.payloads(bodies, kept, element, wide))


def _sar(reference: int, total: int, number: int) -> Tlvs:
    """Eight bits of reference, so that a carrier that turns it into a header has room for the short one."""
    return (
        make(Tag.SAR_MSG_REF_NUM, reference & 0xFF),
        make(Tag.SAR_TOTAL_SEGMENTS, total),
        make(Tag.SAR_SEGMENT_SEQNUM, number),
    )


def _cut(text: str, rules: ContentRules) -> tuple[Alphabet, tuple[str, ...]]:
    cut = segments.split(text)
    wide = rules.long is Long.UDH16
    if cut.alphabet is Alphabet.GSM7 and rules.alphabet is DefaultAlphabet.LATIN1 and not _is_latin1(text):
        cut = segments.split_otherwise(text, Alphabet.UCS2, wide)
    elif cut.count > 1 and wide:
        cut = segments.split_otherwise(text, cut.alphabet, wide)
    return cut.alphabet, cut.parts


def _octets(part: str, alphabet: Alphabet, rules: ContentRules, header: int) -> bytes:
    if alphabet is Alphabet.GSM7 and rules.alphabet is DefaultAlphabet.LATIN1:
        return part.encode("latin-1")
    octets = segments.encode(part, alphabet)
    packed = alphabet is Alphabet.GSM7 and rules.alphabet is DefaultAlphabet.GSM_PACKED
    return _packed(octets, header) if packed else octets


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
