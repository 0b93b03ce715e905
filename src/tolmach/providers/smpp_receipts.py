"""What an SMSC sends by itself: receipts in deliver_sm and data_sm, and messages of subscribers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tolmach.codecs import gsm0338, udh
from tolmach.codecs.smpp import receipt, tlv
from tolmach.codecs.smpp.bodies import DataSm, DeliverSm
from tolmach.codecs.smpp.constants import EsmClass, MessageState
from tolmach.codecs.smpp.receipt import IdForm, canonical_id
from tolmach.codecs.smpp.tlv import Tag
from tolmach.core.delivery import Inbound, Piece, Receipt
from tolmach.core.links import DefaultAlphabet, IdRules, Prefer, SmppLink
from tolmach.core.status import Status
from tolmach.providers.contract import LONGEST_ID, Ignored

STATUSES: Final[Mapping[MessageState, Status | None]] = {
    MessageState.SCHEDULED: None,
    MessageState.ENROUTE: None,
    MessageState.DELIVERED: Status.DELIVERED,
    MessageState.EXPIRED: Status.EXPIRED,
    MessageState.DELETED: Status.UNDELIVERED,
    MessageState.UNDELIVERABLE: Status.UNDELIVERED,
    MessageState.ACCEPTED: None,  # "accepted for delivery" of carriers; the real word follows
    MessageState.UNKNOWN: Status.UNKNOWN,
    MessageState.REJECTED: Status.REFUSED,
    MessageState.SKIPPED: Status.UNDELIVERED,
}
"""What a message_state (5.2.28) says of a part; None: it is still on its way."""


def read(body: DeliverSm | DataSm, link: SmppLink, now: datetime) -> Receipt | Inbound | Ignored:
    """Return the event that a deliver_sm or data_sm of this link is. Never raises.

    A receipt without a date, or dated ahead of ``now``, is taken to be of ``now``.
    """
    if not receipt.is_receipt(body.esm_class, body.tlvs):
        return _inbound(body, link, now)
    fields = receipt.parse(_octets(body), body.tlvs, zone=link.zone)
    identifier = receipt_id(fields.text_id or "", fields.tlv_id or "", link.ids)
    if fields.state is None or identifier is None:
        return Ignored.UNREADABLE
    status = STATUSES[fields.state]
    if status is None or not _is_final(body.esm_class):
        return Ignored.INTERMEDIATE
    at = now if fields.done is None else min(fields.done, now)
    return Receipt(
        link.name, identifier, status, at, (fields.text_id or "")[:LONGEST_ID], (fields.tlv_id or "")[:LONGEST_ID]
    )


def answer_id(identifier: str, ids: IdRules) -> str:
    """Return the id of an answer in the spelling under which receipts are matched; "" when there is none."""
    return _canonical(identifier, ids.answer)


def respelled(stored: str, old: IdForm, new: IdForm) -> str:
    """Return an id that was stored by one rule as another rule would have stored it."""
    if old is new:
        return stored
    if old is IdForm.HEX and stored.isdecimal() and stored.isascii():
        return _canonical(f"{int(stored):x}", new)
    return _canonical(stored, new)


def _canonical(identifier: str, form: IdForm) -> str:
    return canonical_id(identifier, form)[:LONGEST_ID]


def receipt_id(text_id: str, tlv_id: str, ids: IdRules) -> str | None:
    """Return the id that a receipt with these ids ("": none) is matched by; None when it names no message."""
    by_tlv = _canonical(tlv_id, ids.tlv) if tlv_id else None
    by_text = _canonical(text_id, ids.text) if text_id else None
    return by_tlv or by_text if ids.prefer is Prefer.TLV else by_text or by_tlv


def _is_final(esm_class: int) -> bool:
    return bool(esm_class & EsmClass.RECEIPT) or not esm_class & EsmClass.INTERMEDIATE


def _octets(body: DeliverSm | DataSm) -> bytes:
    text = body.short_message if isinstance(body, DeliverSm) else b""
    return text or tlv.find(body.tlvs, Tag.MESSAGE_PAYLOAD) or b""


def _inbound(body: DeliverSm | DataSm, link: SmppLink, now: datetime) -> Inbound:
    octets, piece, header = _octets(body), _sar(body.tlvs), 0
    if body.esm_class & EsmClass.UDHI:
        try:
            elements, rest = udh.parse(octets)
        except udh.BadHeader:
            pass  # a flag without a header: the octets are the text
        else:
            piece = piece or next((one for one in map(_piece, elements) if one), None)
            header, octets = len(octets) - len(rest), rest
    text = _text(octets, body.data_coding, link, header)
    return Inbound(link.name, body.source_addr, body.destination_addr, text, now, piece)


def _sar(tlvs: tlv.Tlvs) -> Piece | None:
    reference = tlv.number(tlvs, Tag.SAR_MSG_REF_NUM)
    total = tlv.number(tlvs, Tag.SAR_TOTAL_SEGMENTS)
    number = tlv.number(tlvs, Tag.SAR_SEGMENT_SEQNUM)
    if reference is None or total is None or number is None:
        return None
    return _sound(Piece(reference, total, number))


def _piece(element: udh.Element) -> Piece | None:
    data = element.data
    if element.identifier == udh.CONCATENATION and len(data) == 3:
        return _sound(Piece(data[0], data[1], data[2]))
    if element.identifier == udh.CONCATENATION_WIDE and len(data) == 4:
        return _sound(Piece(data[0] << 8 | data[1], data[2], data[3]))
    return None


def _sound(piece: Piece) -> Piece | None:
    return piece if 1 <= piece.number <= piece.total and piece.total > 1 else None


def _text(octets: bytes, coding: int, link: SmppLink, header: int) -> str:
    """Decode by data_coding (5.2.19, and the groups of 3GPP TS 23.038); what has no text reads as Latin-1."""
    kind = coding if coding < 0x10 else (8 if coding & 0xEC == 0x08 else 4 if coding & 0xF4 == 0xF4 else 0)
    if kind == 8:
        # a sender may cut a surrogate pair in two: the halves meet again when the parts are joined
        whole = octets[: len(octets) & ~1].decode("utf-16-be", "surrogatepass")
        return whole + "\ufffd" * (len(octets) % 2)
    if kind == 0 and link.content.alphabet is DefaultAlphabet.GSM_PACKED:
        return gsm0338.decode(_unpacked(octets, header))
    if kind == 0 and link.content.alphabet is DefaultAlphabet.GSM:
        return gsm0338.decode(octets)
    return octets.decode("latin-1")


def _unpacked(octets: bytes, header: int) -> bytes:
    fill = -8 * header % 7
    count = max(0, (8 * len(octets) - fill) // 7)
    return gsm0338.unpack(octets, count, fill) if octets else b""
