"""The octets behind a message: the user data of each part as SMPP carries it, and what its header says.

A message that came over SMPP keeps what its client sent. One of the gateway's own never was octets: it is shown as a
link with the default rules would submit it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tolmach.codecs import udh
from tolmach.codecs.segments import TextTooLong
from tolmach.codecs.smpp.constants import EsmClass
from tolmach.core.content import CHANNELS, Channel, Content
from tolmach.core.links import ContentRules
from tolmach.providers.smpp_content import encode


class RawPart(NamedTuple):
    """One PDU's ``esm_class``, ``data_coding``, ``protocol_id`` and user data, header included."""

    esm_class: int
    data_coding: int
    protocol_id: int
    octets: bytes


def pack(part: RawPart) -> str:
    """Return a part as it is stored: one word."""
    return (bytes((part.esm_class, part.data_coding, part.protocol_id)) + part.octets).hex()


def unpack(words: str) -> list[RawPart]:
    """Read parts that `pack` wrote, separated by spaces."""
    return [RawPart(one[0], one[1], one[2], one[3:]) for one in map(bytes.fromhex, words.split())]


def of_content(content: Content, reference: int) -> list[RawPart]:
    """Return the parts of a message that did not come over SMPP; none of a card, which no SMS carries."""
    if CHANNELS[type(content)] is not Channel.SMS:
        return []
    try:
        parts = encode(content, ContentRules(), reference)
    except TextTooLong:
        return []
    return [RawPart(one.esm_class, one.data_coding, one.protocol_id, one.octets) for one in parts]


def describe(part: RawPart) -> dict[str, object]:
    """Return a part as the API shows it; octets in hexadecimal."""
    elements: Sequence[udh.Element] = ()
    body = part.octets
    if part.esm_class & EsmClass.UDHI:
        try:
            elements, body = udh.parse(part.octets)
        except udh.BadHeader:
            elements = ()
    header = part.octets[: len(part.octets) - len(body)]
    return {
        "esm_class": part.esm_class,
        "data_coding": part.data_coding,
        "protocol_id": part.protocol_id,
        "user_data": part.octets.hex(),
        "udh": header.hex() or None,
        "elements": [_element(one) for one in elements],
    }


def _element(element: udh.Element) -> dict[str, object]:
    data = element.data
    said: dict[str, object] = {"identifier": element.identifier, "data": data.hex()}
    if element.identifier == udh.CONCATENATION and len(data) == 3:
        return said | {"reference": data[0], "total": data[1], "number": data[2]}
    if element.identifier == udh.CONCATENATION_WIDE and len(data) == 4:
        return said | {"reference": int.from_bytes(data[:2], "big"), "total": data[2], "number": data[3]}
    if element.identifier == udh.PORTS and len(data) == 4:
        return said | {"port": int.from_bytes(data[:2], "big"), "source_port": int.from_bytes(data[2:], "big")}
    return said
