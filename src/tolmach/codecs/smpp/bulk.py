"""The fast path for the four PDUs of bulk traffic, by hand instead of by table.

Each function returns None when it meets anything unusual; the table codec then does the work again and
finds the exact fault. Both give equal results, which the tests check.
"""

import re
import struct
from collections.abc import Callable
from typing import Final

from tolmach.codecs.smpp.bodies import DeliverSm, DeliverSmResp, SubmitSm, SubmitSmResp
from tolmach.codecs.smpp.constants import HEADER_SIZE, MAX_PDU, MAX_SHORT_MESSAGE, CommandId
from tolmach.codecs.smpp.tlv import pack, unpack

_HEADER: Final = struct.Struct(">4I")
_new: Final = tuple.__new__
_SUBMIT_SM: Final = int(CommandId.SUBMIT_SM)  # plain integers: reading an enum member costs 50 ns
_SUBMIT_SM_RESP: Final = int(CommandId.SUBMIT_SM_RESP)
_DELIVER_SM: Final = int(CommandId.DELIVER_SM)
_DELIVER_SM_RESP: Final = int(CommandId.DELIVER_SM_RESP)

_MESSAGE_PATTERN: Final = (
    rb"([^\0]{0,5})\0(..)([^\0]{0,%d})\0(..)([^\0]{0,%d})\0(...)([^\0]{0,16})\0([^\0]{0,16})\0(.....)"
)
_SUBMIT: Final = re.compile(_MESSAGE_PATTERN % (20, 20), re.DOTALL)
_DELIVER: Final = re.compile(_MESSAGE_PATTERN % (64, 64), re.DOTALL)


def _message(frame: bytes, pattern: re.Pattern[bytes], largest: int) -> tuple[object, ...] | None:
    match = pattern.match(frame, HEADER_SIZE)
    if match is None:
        return None
    service, source_type, source, dest_type, dest, flags, schedule, validity, rest = match.groups()
    start = match.end()
    end = start + rest[4]
    size = len(frame)
    if end > size or rest[4] > largest:
        return None
    return (
        str(service, "latin-1") if service else "",
        source_type[0],
        source_type[1],
        str(source, "latin-1"),
        dest_type[0],
        dest_type[1],
        str(dest, "latin-1"),
        flags[0],
        flags[1],
        flags[2],
        str(schedule, "latin-1") if schedule else "",
        str(validity, "latin-1") if validity else "",
        rest[0],
        rest[1],
        rest[2],
        rest[3],
        frame[start:end],
        () if end == size else unpack(frame, end),
    )


def read_submit(frame: bytes) -> SubmitSm | None:
    """submit_sm from a whole PDU."""
    values = _message(frame, _SUBMIT, MAX_SHORT_MESSAGE)
    return None if values is None else _new(SubmitSm, values)


def read_deliver(frame: bytes) -> DeliverSm | None:
    """deliver_sm from a whole PDU."""
    values = _message(frame, _DELIVER, 255)
    return None if values is None else _new(DeliverSm, values)


def read_submit_resp(frame: bytes) -> SubmitSmResp | None:
    """submit_sm_resp without TLVs."""
    last = len(frame) - 1
    if frame.find(0, HEADER_SIZE) != last:
        return None
    return _new(SubmitSmResp, (str(frame[HEADER_SIZE:last], "latin-1"), ()))


def read_deliver_resp(frame: bytes) -> DeliverSmResp | None:
    """deliver_sm_resp without TLVs."""
    last = len(frame) - 1
    if frame.find(0, HEADER_SIZE) != last:
        return None
    return _new(DeliverSmResp, (str(frame[HEADER_SIZE:last], "latin-1"), ()))


def _fits(body: SubmitSm | DeliverSm, address: int, largest: int) -> bool:
    source, dest = body[3], body[6]
    service, schedule, validity = body[0], body[10], body[11]
    if len(source) > address or len(dest) > address or "\0" in source or "\0" in dest:
        return False
    if service and (len(service) > 5 or "\0" in service):
        return False
    if (schedule or validity) and (len(schedule) > 16 or len(validity) > 16 or "\0" in schedule + validity):
        return False
    return len(body[16]) <= largest


def _write_message(command: int, body: SubmitSm | DeliverSm, sequence: int, status: int) -> bytes | None:
    text = body[16]
    try:
        octets = b"%b\0%c%c%b\0%c%c%b\0%c%c%c%b\0%b\0%c%c%c%c%c%b" % (
            body[0].encode("latin-1"),
            body[1],
            body[2],
            body[3].encode("latin-1"),
            body[4],
            body[5],
            body[6].encode("latin-1"),
            body[7],
            body[8],
            body[9],
            body[10].encode("latin-1"),
            body[11].encode("latin-1"),
            body[12],
            body[13],
            body[14],
            body[15],
            len(text),
            text,
        )
        if body[17]:
            octets += pack(body[17])
        size = HEADER_SIZE + len(octets)
        return _HEADER.pack(size, command, status, sequence) + octets if size <= MAX_PDU else None
    except (OverflowError, UnicodeEncodeError, struct.error):
        return None


def write_submit(body: SubmitSm, sequence: int, status: int) -> bytes | None:
    """submit_sm as a whole PDU."""
    if not _fits(body, 20, MAX_SHORT_MESSAGE):
        return None
    return _write_message(_SUBMIT_SM, body, sequence, status)


def write_deliver(body: DeliverSm, sequence: int, status: int) -> bytes | None:
    """deliver_sm as a whole PDU."""
    if not _fits(body, 64, 255):
        return None
    return _write_message(_DELIVER_SM, body, sequence, status)


def _write_answer(command: int, body: SubmitSmResp | DeliverSmResp, sequence: int, status: int) -> bytes | None:
    message_id, tlvs = body
    if tlvs or status or len(message_id) > 64 or "\0" in message_id:
        return None
    try:
        octets = message_id.encode("latin-1")
        return _HEADER.pack(HEADER_SIZE + 1 + len(octets), command, 0, sequence) + octets + b"\0"
    except (UnicodeEncodeError, struct.error):
        return None


def write_submit_resp(body: SubmitSmResp, sequence: int, status: int) -> bytes | None:
    """submit_sm_resp of a success, without TLVs."""
    return _write_answer(_SUBMIT_SM_RESP, body, sequence, status)


def write_deliver_resp(body: DeliverSmResp, sequence: int, status: int) -> bytes | None:
    """deliver_sm_resp of a success, without TLVs."""
    return _write_answer(_DELIVER_SM_RESP, body, sequence, status)


Reader = Callable[[bytes], SubmitSm | DeliverSm | SubmitSmResp | DeliverSmResp | None]

READERS: Final[dict[int, Reader]] = {
    _SUBMIT_SM: read_submit,
    _DELIVER_SM: read_deliver,
    _SUBMIT_SM_RESP: read_submit_resp,
    _DELIVER_SM_RESP: read_deliver_resp,
}
