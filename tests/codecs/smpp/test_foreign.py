"""What other programs encode, we decode, and the other way round."""

import struct
from typing import Any

import pytest
import smpp34
from hypothesis import given, settings
from hypothesis import strategies as st
from smpplib import command as smpplib_command

from tolmach.codecs.smpp import bodies as b
from tolmach.codecs.smpp.constants import CommandId
from tolmach.codecs.smpp.pdu import decode, encode
from tolmach.codecs.smpp.tlv import Tag, Tlv, make

ASCII = st.characters(min_codepoint=33, max_codepoint=126)
ADDRESS = st.text(ASCII, max_size=20)
BYTE = st.integers(0, 255)


def smpplib_pdu(name: str, **fields: Any) -> bytes:
    """A PDU as smpplib writes it; its own encoder, no connection."""
    pdu = smpplib_command.factory(name, sequence=7, **fields)  # without it, it asks its client for one
    pdu.sequence = 7
    return bytes(pdu.generate())


SMPPLIB = [
    (
        smpplib_pdu("bind_transceiver", system_id="demo", password="demo", system_type="x", interface_version=0x34),
        b.BindTransceiver("demo", "demo", "x", 0x34),
    ),
    (
        smpplib_pdu("bind_receiver", system_id="demo", password="demo", interface_version=0x34, address_range="^7"),
        b.BindReceiver("demo", "demo", "", 0x34, 0, 0, "^7"),
    ),
    (
        smpplib_pdu(
            "submit_sm",
            service_type="CMT",
            source_addr_ton=5,
            source_addr="Tolmach",
            dest_addr_ton=1,
            dest_addr_npi=1,
            destination_addr="79161234567",
            esm_class=0x40,
            data_coding=8,
            registered_delivery=1,
            validity_period="000002000000000R",
            short_message=b"\x05\x00\x03\x01\x02\x01\x04\x1f",
        ),
        b.SubmitSm(
            "CMT", 5, 0, "Tolmach", 1, 1, "79161234567", 0x40, validity_period="000002000000000R",
            registered_delivery=1, data_coding=8, short_message=b"\x05\x00\x03\x01\x02\x01\x04\x1f",
        ),
    ),
    (
        smpplib_pdu(
            "submit_sm",
            source_addr="1",
            destination_addr="2",
            short_message=b"x",
            user_message_reference=513,
            source_port=9200,
            sar_total_segments=2,
        ),
        b.SubmitSm(
            source_addr="1",
            destination_addr="2",
            short_message=b"x",
            tlvs=(
                Tlv(Tag.USER_MESSAGE_REFERENCE, b"\2\1"),
                Tlv(Tag.SOURCE_PORT, b"\x23\xf0"),
                Tlv(Tag.SAR_TOTAL_SEGMENTS, b"\2"),
            ),
        ),
    ),
    (smpplib_pdu("query_sm", message_id="a1", source_addr="1"), b.QuerySm("a1", 0, 0, "1")),
    (smpplib_pdu("enquire_link"), b.EnquireLink()),
    (smpplib_pdu("enquire_link_resp"), b.EnquireLinkResp()),
    (smpplib_pdu("unbind"), b.Unbind()),
    (smpplib_pdu("deliver_sm_resp", message_id=""), b.DeliverSmResp()),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "body"), SMPPLIB, ids=lambda one: type(one).__name__)
def test_smpplib_encodes_and_we_decode(frame: bytes, body: b.Body) -> None:
    found = decode(frame)
    tlvs = {Tlv(*tlv) for tlv in getattr(body, "tlvs", ())}
    assert found.sequence == 7
    assert set(getattr(found.body, "tlvs", ())) == tlvs
    if tlvs:  # smpplib has its own order of parameters
        assert isinstance(found.body, b.SubmitSm)
        assert isinstance(body, b.SubmitSm)
        assert found.body[:-1] == body[:-1]
    else:
        assert found.body == body


def test_we_encode_and_smpplib_decodes() -> None:
    text = b"id:0489708364 sub:001 dlvrd:001 submit date:2607181200 done date:2607181201 stat:DELIVRD err:000 text:"
    body = b.DeliverSm(
        "", 1, 1, "79161234567", 5, 0, "Tolmach", 4, short_message=text,
        tlvs=(make(Tag.RECEIPTED_MESSAGE_ID, "1d305b4c"), make(Tag.MESSAGE_STATE, 2)),
    )  # fmt: skip
    pdu = smpplib_command.DeliverSM("deliver_sm", need_sequence=False)
    pdu.parse(encode(body, 7))
    assert (pdu.sequence, pdu.source_addr, pdu.destination_addr) == (7, b"79161234567", b"Tolmach")
    assert (pdu.esm_class, pdu.short_message) == (4, text)
    assert (pdu.receipted_message_id, pdu.message_state) == (b"1d305b4c", 2)


def test_smpplib_reads_our_answers() -> None:
    resp = smpplib_command.SubmitSMResp("submit_sm_resp")
    resp.parse(encode(b.SubmitSmResp("id1"), 7))
    assert (resp.sequence, resp.message_id) == (7, b"id1")
    refused = smpplib_command.SubmitSMResp("submit_sm_resp")
    refused.parse(encode(b.SubmitSmResp(), 8, 0x58))
    assert (refused.sequence, refused.status) == (8, 0x58)


FIELDS = st.fixed_dictionaries(
    {
        "service_type": st.text(ASCII, max_size=5),
        "source_addr_ton": BYTE,
        "source_addr_npi": BYTE,
        "dest_addr_ton": BYTE,
        "dest_addr_npi": BYTE,
        "esm_class": BYTE,
        "protocol_id": BYTE,
        "priority_flag": BYTE,
        "schedule_delivery_time": st.text(ASCII, max_size=16),
        "validity_period": st.text(ASCII, max_size=16),
        "registered_delivery": BYTE,
        "replace_if_present_flag": BYTE,
        "data_coding": BYTE,
        "sm_default_msg_id": BYTE,
    }
)
TLVS = st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=30)), max_size=4)
PAIRS = [(b.SubmitSm, "SubmitSm"), (b.DeliverSm, "DeliverSm")]


VALUES = st.tuples(ADDRESS, ADDRESS, st.binary(max_size=254))


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@settings(max_examples=300)
@given(VALUES, FIELDS, TLVS, st.integers(1, 0x7FFFFFFF))
def test_smpp34_and_we_write_the_same_octets(
    ours: type[b.SubmitSm] | type[b.DeliverSm],
    theirs: str,
    values: tuple[str, str, bytes],
    fields: dict[str, Any],
    tlvs: list[tuple[int, bytes]],
    sequence: int,
) -> None:
    names = ("source_addr", "destination_addr", "short_message")
    foreign = getattr(smpp34, theirs)(
        *values, tlvs=[smpp34.Tlv(*one) for one in tlvs], sequence_number=sequence, **fields
    )
    ours_by_name: dict[str, Any] = dict(zip(names, values, strict=True))
    body = ours(**ours_by_name, tlvs=tuple(Tlv(*one) for one in tlvs), **fields)
    frame = encode(body, sequence)
    assert foreign.encode() == frame
    assert tuple(decode(foreign.encode())) == (foreign.command_id, 0, sequence, body)
    back = smpp34.decode(frame)
    assert not isinstance(back, smpp34.RawPdu)
    assert tuple(getattr(back, name) for name in names) == values
    assert [(one.tag, one.value) for one in back.tlvs] == tlvs


def test_smpp34_agrees_about_lengths() -> None:
    frame = encode(b.SubmitSm(short_message=b"x"), 1)
    for size in (0, 15, len(frame) + 1, 1 << 31):
        with pytest.raises(smpp34.SmppError):
            smpp34.decode(struct.pack(">I", size) + frame[4:])
    assert smpp34.decode(encode(b.EnquireLink(), 1)).command_id == CommandId.ENQUIRE_LINK
