"""Optional parameters (TLVs): a table of the known tags and a codec that keeps the unknown ones.

On the wire a TLV is tag (2 octets), length (2 octets), value. Order and repetition are kept, because
some tags (callback_num) may repeat; vendor tags 0x1400-0x3FFF pass through as octets.
"""

from collections.abc import Iterable
from enum import Enum, IntEnum
from struct import Struct
from typing import Final, NamedTuple

from tolmach.codecs.smpp.constants import MAX_PDU, Status
from tolmach.codecs.smpp.errors import BadPdu, Unencodable

_HEAD: Final = Struct(">HH")

MOST: Final = 128
"""Parameters accepted in one PDU; empty ones by the thousand would cost far more memory than octets."""


class Tlv(NamedTuple):
    """One optional parameter, its value as octets."""

    tag: int
    value: bytes


Tlvs = tuple[Tlv, ...]


class Tag(IntEnum):
    """Tags of SMPP 3.4 (5.3.2) and the congestion state of 5.0."""

    DEST_ADDR_SUBUNIT = 0x0005
    DEST_NETWORK_TYPE = 0x0006
    DEST_BEARER_TYPE = 0x0007
    DEST_TELEMATICS_ID = 0x0008
    SOURCE_ADDR_SUBUNIT = 0x000D
    SOURCE_NETWORK_TYPE = 0x000E
    SOURCE_BEARER_TYPE = 0x000F
    SOURCE_TELEMATICS_ID = 0x0010
    QOS_TIME_TO_LIVE = 0x0017
    PAYLOAD_TYPE = 0x0019
    ADDITIONAL_STATUS_INFO_TEXT = 0x001D
    RECEIPTED_MESSAGE_ID = 0x001E
    MS_MSG_WAIT_FACILITIES = 0x0030
    PRIVACY_INDICATOR = 0x0201
    SOURCE_SUBADDRESS = 0x0202
    DEST_SUBADDRESS = 0x0203
    USER_MESSAGE_REFERENCE = 0x0204
    USER_RESPONSE_CODE = 0x0205
    SOURCE_PORT = 0x020A
    DESTINATION_PORT = 0x020B
    SAR_MSG_REF_NUM = 0x020C
    LANGUAGE_INDICATOR = 0x020D
    SAR_TOTAL_SEGMENTS = 0x020E
    SAR_SEGMENT_SEQNUM = 0x020F
    SC_INTERFACE_VERSION = 0x0210
    CALLBACK_NUM_PRES_IND = 0x0302
    CALLBACK_NUM_ATAG = 0x0303
    NUMBER_OF_MESSAGES = 0x0304
    CALLBACK_NUM = 0x0381
    DPF_RESULT = 0x0420
    SET_DPF = 0x0421
    MS_AVAILABILITY_STATUS = 0x0422
    NETWORK_ERROR_CODE = 0x0423
    MESSAGE_PAYLOAD = 0x0424
    DELIVERY_FAILURE_REASON = 0x0425
    MORE_MESSAGES_TO_SEND = 0x0426
    MESSAGE_STATE = 0x0427
    CONGESTION_STATE = 0x0428
    USSD_SERVICE_OP = 0x0501
    DISPLAY_TIME = 0x1201
    SMS_SIGNAL = 0x1203
    MS_VALIDITY = 0x1204
    ALERT_ON_MESSAGE_DELIVERY = 0x130C
    ITS_REPLY_TYPE = 0x1380
    ITS_SESSION_INFO = 0x1383


class Kind(Enum):
    """How the octets of a TLV read: unsigned integer, C-octet string, or plain octets."""

    NUMBER = "number"
    TEXT = "text"
    OCTETS = "octets"


class Shape(NamedTuple):
    """Kind and permitted length in octets of a known tag (for TEXT the closing NUL is counted)."""

    kind: Kind
    smallest: int
    largest: int


def _number(size: int) -> Shape:
    return Shape(Kind.NUMBER, size, size)


def _octets(smallest: int, largest: int) -> Shape:
    return Shape(Kind.OCTETS, smallest, largest)


SHAPES: Final[dict[int, Shape]] = {
    Tag.DEST_ADDR_SUBUNIT: _number(1),
    Tag.DEST_NETWORK_TYPE: _number(1),
    Tag.DEST_BEARER_TYPE: _number(1),
    Tag.DEST_TELEMATICS_ID: _number(2),
    Tag.SOURCE_ADDR_SUBUNIT: _number(1),
    Tag.SOURCE_NETWORK_TYPE: _number(1),
    Tag.SOURCE_BEARER_TYPE: _number(1),
    Tag.SOURCE_TELEMATICS_ID: _number(1),
    Tag.QOS_TIME_TO_LIVE: _number(4),
    Tag.PAYLOAD_TYPE: _number(1),
    Tag.ADDITIONAL_STATUS_INFO_TEXT: Shape(Kind.TEXT, 1, 256),
    Tag.RECEIPTED_MESSAGE_ID: Shape(Kind.TEXT, 1, 65),
    Tag.MS_MSG_WAIT_FACILITIES: _number(1),
    Tag.PRIVACY_INDICATOR: _number(1),
    Tag.SOURCE_SUBADDRESS: _octets(2, 23),
    Tag.DEST_SUBADDRESS: _octets(2, 23),
    Tag.USER_MESSAGE_REFERENCE: _number(2),
    Tag.USER_RESPONSE_CODE: _number(1),
    Tag.SOURCE_PORT: _number(2),
    Tag.DESTINATION_PORT: _number(2),
    Tag.SAR_MSG_REF_NUM: _number(2),
    Tag.LANGUAGE_INDICATOR: _number(1),
    Tag.SAR_TOTAL_SEGMENTS: _number(1),
    Tag.SAR_SEGMENT_SEQNUM: _number(1),
    Tag.SC_INTERFACE_VERSION: _number(1),
    Tag.CALLBACK_NUM_PRES_IND: _number(1),
    Tag.CALLBACK_NUM_ATAG: _octets(0, 65),
    Tag.NUMBER_OF_MESSAGES: _number(1),
    Tag.CALLBACK_NUM: _octets(4, 19),
    Tag.DPF_RESULT: _number(1),
    Tag.SET_DPF: _number(1),
    Tag.MS_AVAILABILITY_STATUS: _number(1),
    Tag.NETWORK_ERROR_CODE: _octets(3, 3),
    Tag.MESSAGE_PAYLOAD: _octets(0, MAX_PDU),
    Tag.DELIVERY_FAILURE_REASON: _number(1),
    Tag.MORE_MESSAGES_TO_SEND: _number(1),
    Tag.MESSAGE_STATE: _number(1),
    Tag.CONGESTION_STATE: _number(1),
    Tag.USSD_SERVICE_OP: _octets(1, 1),
    Tag.DISPLAY_TIME: _number(1),
    Tag.SMS_SIGNAL: _number(2),
    Tag.MS_VALIDITY: _number(1),
    Tag.ALERT_ON_MESSAGE_DELIVERY: _octets(0, 0),
    Tag.ITS_REPLY_TYPE: _number(1),
    Tag.ITS_SESSION_INFO: _octets(2, 2),
}


def make(tag: int, value: int | str | bytes) -> Tlv:
    """Build a TLV by the kind of its tag; unknown and vendor tags take octets. Raises `Unencodable`."""
    shape = SHAPES.get(tag)
    name = Tag(tag).name.lower() if shape else f"tag 0x{tag:04X}"
    if isinstance(value, int):
        octets = _pack_number(name, shape, value)
    elif isinstance(value, str):
        octets = _pack_text(name, shape, value)
    else:
        octets = bytes(value)
    if shape and not shape.smallest <= len(octets) <= shape.largest:
        raise Unencodable(name, f"{len(octets)} octets, allowed {shape.smallest} to {shape.largest}")
    return Tlv(tag, octets)


def _pack_number(name: str, shape: Shape | None, value: int) -> bytes:
    if shape is None or shape.kind is not Kind.NUMBER:
        raise Unencodable(name, "not an integer parameter")
    try:
        return value.to_bytes(shape.largest, "big")
    except OverflowError as error:
        raise Unencodable(name, f"{value} does not fit {shape.largest} octets") from error


def _pack_text(name: str, shape: Shape | None, value: str) -> bytes:
    if shape is None or shape.kind is not Kind.TEXT:
        raise Unencodable(name, "not a string parameter")
    if "\0" in value:
        raise Unencodable(name, "contains NUL")
    try:
        return value.encode("latin-1") + b"\0"
    except UnicodeEncodeError as error:
        raise Unencodable(name, "only Latin-1 characters can be sent") from error


def find(tlvs: Iterable[Tlv], tag: int) -> bytes | None:
    """The octets of the first TLV with this tag."""
    for known, value in tlvs:
        if known == tag:
            return value
    return None


def number(tlvs: Iterable[Tlv], tag: int) -> int | None:
    """The first such TLV as an unsigned integer; any length of 1 to 8 octets is taken, as peers send them."""
    value = find(tlvs, tag)
    return int.from_bytes(value, "big") if value and len(value) <= 8 else None


def text(tlvs: Iterable[Tlv], tag: int) -> str | None:
    """The first such TLV as Latin-1 text up to its NUL, which some peers omit; None when absent or empty."""
    value = find(tlvs, tag)
    return (value.partition(b"\0")[0].decode("latin-1") or None) if value else None


def pack(tlvs: Tlvs) -> bytes:
    """TLVs to octets. Raises `Unencodable`."""
    chunks = []
    for tag, value in tlvs:
        if not (0 <= tag <= 0xFFFF and len(value) <= 0xFFFF):
            raise Unencodable(f"tag {tag:#06x}", "tag or value over 65535")
        chunks.append(_HEAD.pack(tag, len(value)))
        chunks.append(value)
    return b"".join(chunks)


def unpack(data: bytes, position: int) -> Tlvs:
    """Read TLVs from `position` to the end. Raises `BadPdu` with RINVOPTPARSTREAM when they do not fit."""
    end = len(data)
    if position == end:
        return ()
    found: list[Tlv] = []
    while position < end:
        start = position + 4
        if start > end:
            raise BadPdu(Status.RINVOPTPARSTREAM, f"{end - position} octets left over after the parameters")
        tag, length = _HEAD.unpack_from(data, position)
        position = start + length
        if len(found) == MOST:
            raise BadPdu(Status.RINVOPTPARSTREAM, f"more than {MOST} parameters")
        if position > end:
            raise BadPdu(Status.RINVOPTPARSTREAM, f"parameter 0x{tag:04X} runs past the end")
        found.append(Tlv(tag, data[start:position]))
    return tuple(found)
