"""What a submit says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.esme import message
from tolmach.codecs import gsm0338, udh
from tolmach.codecs.smpp.tlv import Tag, Tlv, make
from tolmach.sandbox.message import Encoding
from tolmach.sandbox.smsc_content import Reading, Refused, decode, encoding_of, flash, read
from tolmach.sandbox.smsc_message import Segment


@pytest.mark.parametrize(
    ("coding", "encoding", "shown_at_once"),
    [
        (0x00, Encoding.GSM7, False),
        (0x01, Encoding.LATIN1, False),
        (0x02, Encoding.BINARY, False),
        (0x03, Encoding.LATIN1, False),
        (0x04, Encoding.BINARY, False),
        (0x06, Encoding.CYRILLIC, False),
        (0x07, Encoding.HEBREW, False),
        (0x08, Encoding.UCS2, False),
        (0x0D, Encoding.BINARY, False),
        (0x10, Encoding.GSM7, True),
        (0x11, Encoding.GSM7, False),
        (0x14, Encoding.BINARY, True),
        (0x18, Encoding.UCS2, True),
        (0xF0, Encoding.GSM7, True),
        (0xF2, Encoding.GSM7, False),
        (0xF5, Encoding.BINARY, False),
    ],
)
def test_data_codings(coding: int, encoding: Encoding, shown_at_once: bool) -> None:
    assert (encoding_of(coding), flash(coding)) == (encoding, shown_at_once)


@given(coding=st.integers(0, 255), octets=st.binary(max_size=200), esm_class=st.integers(0, 255), packed=st.booleans())
def test_whatever_comes_is_a_reading_or_a_refusal(coding: int, octets: bytes, esm_class: int, packed: bool) -> None:
    try:
        reading = read(message(text=octets, data_coding=coding, esm_class=esm_class), packed=packed)
    except Refused:
        return
    assert isinstance(reading, Reading)
    (draft,) = reading.drafts
    assert isinstance(decode(draft.encoding, draft.octets), str)


@given(text=st.text(alphabet="abc@€{é", min_size=1, max_size=150), long=st.booleans())
def test_packed_septets_read_as_they_were_written(text: str, long: bool) -> None:
    text = text.rstrip("@") + "."  # seven spare bits are no @
    header = udh.header(udh.concatenation(1, 2, 1)) if long else b""
    packed = header + gsm0338.pack(gsm0338.encode(text), -len(header) % 7)
    (draft,) = read(message(text=packed, esm_class=0x40 if long else 0), packed=True).drafts
    assert decode(draft.encoding, draft.octets) == text


@pytest.mark.parametrize(
    ("header", "segment"),
    [
        (bytes((5, 0, 3, 9, 2, 1)), Segment(9, 2, 1)),
        (bytes((6, 8, 4, 1, 9, 2, 1)), Segment(0x10109, 2, 1)),
        (bytes((11, 5, 4, 0, 80, 0, 81, 0, 3, 9, 2, 1)), Segment(9, 2, 1)),
        (bytes((5, 0, 3, 9, 1, 1)), None),  # one of one
        (bytes((5, 0, 3, 9, 2, 3)), None),
        (bytes((5, 0, 3, 9, 2, 0)), None),
        (bytes((3, 0, 1, 9)), None),
        (bytes((0,)), None),
    ],
)
def test_concatenation_headers(header: bytes, segment: Segment | None) -> None:
    (draft,) = read(message(text=header + b"x", esm_class=0x40)).drafts
    assert (draft.segment, draft.octets) == (segment, b"x")


def test_ports_and_what_else_was_said_are_kept() -> None:
    by_header = message(text=bytes((6, 5, 4, 0x23, 0xF4, 0, 0)) + b"x", esm_class=0x40, data_coding=4)
    assert '"ports":[9204,0]' in read(by_header).drafts[0].smpp
    ports = (make(Tag.DESTINATION_PORT, 9204), make(Tag.SOURCE_PORT, 1), Tlv(0x1400, b"\x01"))
    said = read(message(tlvs=ports, protocol_id=0x40)).drafts[0].smpp
    assert '"ports":[9204,1]' in said
    assert '{"tag":"0x1400","value":"01"}' in said
    assert '"protocol_id":64' in said


def test_sar_parameters_count_only_together() -> None:
    told: tuple[Tlv, ...] = (make(Tag.SAR_MSG_REF_NUM, 7), make(Tag.SAR_TOTAL_SEGMENTS, 2))
    assert read(message(tlvs=told)).drafts[0].segment is None
    told = (*told, make(Tag.SAR_SEGMENT_SEQNUM, 2))
    assert read(message(tlvs=told)).drafts[0].segment == Segment(0x20007, 2, 2)
