"""What a submit says: text or octets, part of a long message or whole, and the numbers it goes to. No I/O."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import orjson

from tolmach.codecs import gsm0338, udh
from tolmach.codecs.smpp import time as smpp_time
from tolmach.codecs.smpp import tlv
from tolmach.codecs.smpp.bodies import DataSm, DistributionList, Failure, SmeAddress, SubmitMulti, SubmitSm
from tolmach.codecs.smpp.constants import EsmClass, MessageState, Status
from tolmach.codecs.smpp.tlv import Tag, Tlvs
from tolmach.core.content import Channel
from tolmach.providers.smpp_content import SILENT
from tolmach.sandbox.message import Encoding
from tolmach.sandbox.outcomes import Fate, fate, outcome
from tolmach.sandbox.raw import RawPart, pack
from tolmach.sandbox.smsc_message import Address, Draft, Form, Segment

Submit = SubmitSm | SubmitMulti | DataSm

MAX_DIGITS: Final = 20


_CODINGS: Final = {
    0: Encoding.GSM7,
    1: Encoding.LATIN1,  # IA5, of which Latin-1 is a superset
    3: Encoding.LATIN1,
    6: Encoding.CYRILLIC,
    7: Encoding.HEBREW,
    8: Encoding.UCS2,
}
_BY_CLASS_BITS: Final = (Encoding.GSM7, Encoding.BINARY, Encoding.UCS2, Encoding.BINARY)
_PYTHON: Final = {
    Encoding.LATIN1: "latin-1",
    Encoding.CYRILLIC: "iso8859-5",
    Encoding.HEBREW: "iso8859-8",
    Encoding.UCS2: "utf-16-be",
}
_STATES: Final[dict[Fate, MessageState | None]] = {
    Fate.UNDELIVERED: MessageState.UNDELIVERABLE,
    Fate.EXPIRED: MessageState.EXPIRED,
    Fate.SILENT: None,
}
# Segments counted by 8-bit headers, 16-bit headers and SAR parameters never belong together.
_WIDE, _SAR = 1 << 16, 1 << 17


class Refused(ValueError):  # noqa: N818
    """A submit, or one recipient of it, gets this command_status."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


@dataclass(frozen=True, slots=True)
class Reading:
    """A submit that was understood: a draft for each good recipient, and the bad ones."""

    drafts: Sequence[Draft]
    failures: tuple[Failure, ...] = ()


class _UserData(NamedTuple):
    encoding: Encoding
    octets: bytes
    segment: Segment | None
    ports: tuple[int, int] | None  # destination, source
    form: Form
    raw: str


Fates = Callable[[str], Fate]


def read(body: Submit, *, packed: bool = False, fates: Fates = fate) -> Reading:
    """Read a submit; ``packed``: septets of the default alphabet come packed; ``fates``: what becomes of an SMS to a
    number. Raises `Refused`.
    """
    if isinstance(body, SubmitMulti):
        return _read_multi(body, packed, fates)
    data = _user_data(body, packed)
    recipient = Address(body.dest_addr_ton, body.dest_addr_npi, body.destination_addr)
    return Reading([_draft(body, data, recipient, fates)])


def decode(encoding: Encoding, octets: bytes) -> str:
    """Return the text of user data; octets that are no text come as hexadecimal digits."""
    if encoding is Encoding.GSM7:
        return gsm0338.decode(octets)
    codec = _PYTHON.get(encoding)
    return octets.hex() if codec is None else octets.decode(codec, "replace")


def flash(data_coding: int) -> bool:
    """Tell whether a data coding is of message class 0, which a phone shows at once (3GPP TS 23.038, 4)."""
    return (data_coding & 0xF0 == 0xF0 or data_coding & 0xD0 == 0x10) and data_coding & 0x03 == 0


def encoding_of(data_coding: int) -> Encoding:
    """Return how the octets read, by SMPP 5.2.19 or by the coding groups of 3GPP TS 23.038."""
    if data_coding & 0xF0 == 0xF0:
        return Encoding.BINARY if data_coding & 0x04 else Encoding.GSM7
    if data_coding & 0xD0 == 0x10:
        return _BY_CLASS_BITS[data_coding >> 2 & 0x03]
    return _CODINGS.get(data_coding, Encoding.BINARY)


def _read_multi(body: SubmitMulti, packed: bool, fates: Fates) -> Reading:
    data = _user_data(body, packed)
    drafts: list[Draft] = []
    failures: list[Failure] = []
    for one in body.destinations:
        if isinstance(one, DistributionList):
            raise Refused(Status.RINVDLNAME)
        try:
            drafts.append(_draft(body, data, Address(one.ton, one.npi, one.address), fates))
        except Refused as refusal:
            failures.append(failed(one, refusal.status))
    return Reading(drafts, tuple(failures))


def failed(recipient: SmeAddress | Address, status: int) -> Failure:
    """Return the entry of submit_multi_resp for a recipient that is refused."""
    number = recipient.number if isinstance(recipient, Address) else recipient.address
    return Failure(recipient.ton, recipient.npi, number, status)


def _user_data(body: Submit, packed: bool) -> _UserData:
    octets = _octets(body)
    protocol_id = 0
    if not isinstance(body, DataSm):
        _check_times(body)
        protocol_id = body.protocol_id
    raw = pack(RawPart(body.esm_class, body.data_coding, protocol_id, octets))
    encoding = encoding_of(body.data_coding)
    elements: tuple[udh.Element, ...] = ()
    header = 0
    if body.esm_class & EsmClass.UDHI:
        try:
            elements, rest = udh.parse(octets)
        except udh.BadHeader:
            raise Refused(Status.RSUBMITFAIL) from None
        header, octets = len(octets) - len(rest), rest
    if packed and encoding is Encoding.GSM7:
        octets = _unpack(octets, header)
    if encoding is Encoding.UCS2 and len(octets) % 2:
        raise Refused(Status.RINVMSGLEN)
    segment = _from_header(elements) or _from_parameters(body.tlvs)
    ports = _ports(elements, body.tlvs)
    form = Form(flash(body.data_coding), protocol_id == SILENT, ports[0] if ports else None)
    return _UserData(encoding, octets, segment, ports, form, raw)


def _octets(body: Submit) -> bytes:
    payload = tlv.find(body.tlvs, Tag.MESSAGE_PAYLOAD)
    if isinstance(body, DataSm):
        return payload or b""
    if payload is None:
        return body.short_message
    if body.short_message:
        raise Refused(Status.ROPTPARNOTALLWD)
    return payload


def _check_times(body: SubmitSm | SubmitMulti) -> None:
    if body.schedule_delivery_time:
        raise Refused(Status.RINVSCHED)  # the sandbox delivers at once
    if body.validity_period:
        try:
            smpp_time.decode(body.validity_period)
        except smpp_time.BadTime:
            raise Refused(Status.RINVEXPIRY) from None


def _unpack(octets: bytes, header: int) -> bytes:
    fill = -header % 7  # bits from the header to the next septet boundary
    bits = max(0, 8 * len(octets) - fill)
    unpacked = gsm0338.unpack(octets, bits // 7, fill)
    # SMPP does not say how many septets there are: seven bits left over look like one more, an @
    return unpacked[:-1] if bits % 7 == 0 and unpacked[-1:] == b"\0" else unpacked


def _from_header(elements: Sequence[udh.Element]) -> Segment | None:
    for element in elements:
        size, data = len(element.data), element.data
        if element.identifier == udh.CONCATENATION and size == 3:
            return _segment(data[0], data[1], data[2])
        if element.identifier == udh.CONCATENATION_WIDE and size == 4:
            return _segment(_WIDE | data[0] << 8 | data[1], data[2], data[3])
    return None


def _from_parameters(tlvs: Tlvs) -> Segment | None:
    if not tlvs:
        return None
    reference = tlv.number(tlvs, Tag.SAR_MSG_REF_NUM)
    total = tlv.number(tlvs, Tag.SAR_TOTAL_SEGMENTS)
    number = tlv.number(tlvs, Tag.SAR_SEGMENT_SEQNUM)
    if reference is None or total is None or number is None:
        return None  # 5.3.2.22: without all three they are ignored
    return _segment(_SAR | reference & 0xFFFF, total, number)


def _segment(reference: int, total: int, number: int) -> Segment | None:
    # 23.040, 9.2.3.24.1: a part that cannot be is shown as a message of its own
    return Segment(reference, total, number) if 1 <= number <= total <= 255 and total > 1 else None


def _ports(elements: Sequence[udh.Element], tlvs: Tlvs) -> tuple[int, int] | None:
    for element in elements:
        if element.identifier == udh.PORTS and len(element.data) == 4:
            return int.from_bytes(element.data[:2], "big"), int.from_bytes(element.data[2:], "big")
    destination = tlv.number(tlvs, Tag.DESTINATION_PORT) if tlvs else None
    return None if destination is None else (destination, tlv.number(tlvs, Tag.SOURCE_PORT) or 0)


def _draft(body: Submit, data: _UserData, recipient: Address, fates: Fates) -> Draft:
    phone = recipient.number.removeprefix("+")
    if not (phone.isascii() and phone.isdigit() and len(phone) <= MAX_DIGITS):
        raise Refused(Status.RINVDSTADR)
    its_fate = fates(phone)
    if its_fate is Fate.REFUSED:
        raise Refused(Status.RINVDSTADR)
    state = _STATES.get(its_fate, MessageState.DELIVERED)
    return Draft(
        source=Address(body.source_addr_ton, body.source_addr_npi, body.source_addr),
        recipient=recipient,
        service=body.service_type,
        encoding=data.encoding,
        octets=data.octets,
        segment=data.segment,
        state=state,
        outcome=outcome(its_fate, Channel.SMS),
        receipt=_wanted(body.registered_delivery, state),
        smpp=_details(body, data, recipient),
        form=data.form,
        raw=data.raw,
        late=_wanted(body.registered_delivery, MessageState.EXPIRED),
        validity="" if isinstance(body, DataSm) else body.validity_period,
    )


def _wanted(registered_delivery: int, state: MessageState | None) -> bool:
    """Bits 0 and 1 of 5.2.17: 1 always, 2 on failure; 3 on success, since 5.0."""
    asked = registered_delivery & 0x03
    if state is None or not asked:
        return False
    return asked == 1 or (asked == 3) == (state is MessageState.DELIVERED)


def _details(body: Submit, data: _UserData, recipient: Address) -> str:
    said: dict[str, object] = {
        "service_type": body.service_type,
        "source_addr_ton": body.source_addr_ton,
        "source_addr_npi": body.source_addr_npi,
        "dest_addr_ton": recipient.ton,
        "dest_addr_npi": recipient.npi,
        "esm_class": body.esm_class,
        "registered_delivery": body.registered_delivery,
        "data_coding": body.data_coding,
        "flash": flash(body.data_coding),
    }
    if not isinstance(body, DataSm):
        said["protocol_id"] = body.protocol_id
        said["priority_flag"] = body.priority_flag
        said["validity_period"] = body.validity_period
    if data.ports:
        said["ports"] = data.ports
    if body.tlvs:
        shown = [one for one in body.tlvs if one.tag != Tag.MESSAGE_PAYLOAD]
        said["tlvs"] = [{"tag": f"0x{tag:04X}", "value": value.hex()} for tag, value in shown]
    return orjson.dumps(said).decode()
