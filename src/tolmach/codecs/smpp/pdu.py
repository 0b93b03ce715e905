"""PDU <-> octets: header, the fast path, and the table codec behind it."""

from struct import Struct
from typing import Final, NamedTuple

from tolmach.codecs.smpp import bulk, tlv
from tolmach.codecs.smpp.bodies import Body, DeliverSm, DeliverSmResp, SubmitSm, SubmitSmResp
from tolmach.codecs.smpp.constants import HEADER_SIZE, MAX_PDU, RESPONSE_BIT, Status
from tolmach.codecs.smpp.errors import BadPdu, Unencodable
from tolmach.codecs.smpp.layouts import BY_COMMAND, BY_TYPE, Layout

_HEADER: Final = Struct(">4I")
_new: Final = tuple.__new__
_READERS: Final = bulk.READERS
_U32_MAX: Final = 0xFFFFFFFF
_COMMANDS: Final[dict[type, int]] = {kind: int(layout.command) for kind, layout in BY_TYPE.items()}


class Pdu(NamedTuple):
    """One PDU. `body` is None only in an answer whose status is not zero and whose body is missing or
    unreadable.
    """

    command: int
    status: int
    sequence: int
    body: Body | None


def decode(frame: bytes) -> Pdu:
    """One whole PDU from exactly its octets. Raises `BadPdu`, never anything else."""
    size = len(frame)
    if size < HEADER_SIZE:
        raise BadPdu(Status.RINVCMDLEN, f"{size} octets are no header", fatal=True)
    length, command, status, sequence = _HEADER.unpack_from(frame)
    try:
        if length != size:
            raise BadPdu(Status.RINVCMDLEN, f"command_length {length}, received {size}")
        reader = _READERS.get(command)
        body: Body | None = reader(frame) if reader else None
        if body is None:
            body = _read(frame, command, status)
    except BadPdu as error:
        raise error.at(command, sequence) from None
    return _new(Pdu, (command, status, sequence, body))


def _read(frame: bytes, command: int, status: int) -> Body | None:
    layout = BY_COMMAND.get(command)
    if layout is None:
        raise BadPdu(Status.RINVCMDID, "unknown command_id")
    if not command & RESPONSE_BIT:
        return _read_body(frame, layout)
    if len(frame) == HEADER_SIZE and (status or layout.absent):
        return None if status else layout.absent
    try:
        return _read_body(frame, layout)
    except BadPdu:
        if status:
            return None
        raise


def _read_body(frame: bytes, layout: Layout) -> Body:
    position = HEADER_SIZE
    values: list[object] = []
    for field in layout.fields:
        value, position = field.read(frame, position)
        values.append(value)
    if layout.tlvs:
        values.append(tlv.unpack(frame, position))
    elif position != len(frame) and not layout.command & RESPONSE_BIT:
        raise BadPdu(Status.RINVCMDLEN, f"{len(frame) - position} octets left over")
    return layout.build(*values)


def encode(body: Body, sequence: int, status: int = Status.ROK) -> bytes:
    """One whole PDU as octets. Raises `Unencodable`."""
    frame: bytes | None = None
    if isinstance(body, SubmitSm):
        frame = bulk.write_submit(body, sequence, status)
    elif isinstance(body, SubmitSmResp):
        frame = bulk.write_submit_resp(body, sequence, status)
    elif isinstance(body, DeliverSm):
        frame = bulk.write_deliver(body, sequence, status)
    elif isinstance(body, DeliverSmResp):
        frame = bulk.write_deliver_resp(body, sequence, status)
    return frame if frame is not None else _write(body, sequence, status)


def _write(body: Body, sequence: int, status: int) -> bytes:
    layout = BY_TYPE[type(body)]
    if status and layout.bare_refusal:
        return bare(layout.command, sequence, status)
    chunks = [field.write(getattr(body, field.name)) for field in layout.fields]
    if layout.tlvs:
        chunks.append(tlv.pack(body.tlvs))  # type: ignore[union-attr]  # the layout says it has them
    octets = b"".join(chunks)
    size = HEADER_SIZE + len(octets)
    if size > MAX_PDU:
        raise Unencodable("command_length", f"{size} octets, allowed {MAX_PDU}")
    return _header(size, layout.command, status, sequence) + octets


def bare(command: int, sequence: int, status: int) -> bytes:
    """A PDU without a body: a refusal. Raises `Unencodable`."""
    return _header(HEADER_SIZE, command, status, sequence)


def _header(size: int, command: int, status: int, sequence: int) -> bytes:
    if not 0 <= status <= _U32_MAX:
        raise Unencodable("command_status", f"{status} does not fit four octets")
    if not 0 <= sequence <= _U32_MAX:
        raise Unencodable("sequence_number", f"{sequence} does not fit four octets")
    return _HEADER.pack(size, command, status, sequence)


def command_of(body: Body) -> int:
    """The command_id under which a body travels."""
    return _COMMANDS[type(body)]


def refusal(error: BadPdu) -> bytes:
    """The answer that 4.3 asks for: the matching response if the request is known, else generic_nack."""
    command = error.command
    sequence = error.sequence or 0
    if command is None or command & RESPONSE_BIT or (command | RESPONSE_BIT) not in BY_COMMAND:
        return bare(RESPONSE_BIT, sequence, error.status)
    return bare(command | RESPONSE_BIT, sequence, error.status)
