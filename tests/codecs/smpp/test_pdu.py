import struct
import tracemalloc
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.codecs.smpp.pdu_samples import BODIES, SAMPLES, octets
from tolmach.codecs.smpp import bodies as b
from tolmach.codecs.smpp.bodies import Body
from tolmach.codecs.smpp.constants import MAX_PDU, RESPONSE_BIT, CommandId, Status
from tolmach.codecs.smpp.errors import BadPdu, Unencodable
from tolmach.codecs.smpp.layouts import BY_COMMAND
from tolmach.codecs.smpp.pdu import bare, command_of, decode, encode, refusal
from tolmach.codecs.smpp.tlv import Tag, Tlv

SEQUENCES = st.integers(0, 0xFFFFFFFF)


def framed(command: int, body: bytes = b"", *, status: int = 0, sequence: int = 7) -> bytes:
    return struct.pack(">4I", 16 + len(body), command, status, sequence) + body


@pytest.mark.parametrize(("body", "command", "text"), SAMPLES, ids=lambda one: type(one).__name__)
def test_samples_both_ways(body: Body, command: CommandId, text: str) -> None:
    frame = framed(command, octets(text))
    assert encode(body, 7) == frame
    assert command_of(body) == command
    pdu = decode(frame)
    assert tuple(pdu) == (command, 0, 7, body)
    assert type(pdu.body) is type(body)


def test_there_is_a_sample_of_every_command() -> None:
    assert {command for _, command, _ in SAMPLES} == set(CommandId) == set(BY_COMMAND)


@settings(max_examples=1000)
@given(BODIES, SEQUENCES)
def test_round_trip(body: Body, sequence: int) -> None:
    pdu = decode(encode(body, sequence))
    assert tuple(pdu) == (command_of(body), 0, sequence, body)
    assert type(pdu.body) is type(body)


@pytest.mark.parametrize(("body", "command", "text"), SAMPLES, ids=lambda one: type(one).__name__)
def test_every_truncation_is_bad_or_shorter(body: Body, command: CommandId, text: str) -> None:
    """Cut anywhere, a PDU is refused with its sequence number, unless what is left is whole by itself."""
    whole = octets(text)
    for size in range(len(whole)):
        frame = framed(command, whole[:size])
        try:
            found = decode(frame).body
        except BadPdu as error:
            assert (error.command, error.sequence) == (command, 7)  # noqa: PT017
        else:
            closing_nul = command & RESPONSE_BIT and size == len(whole) - 1
            assert found is not None
            assert closing_nul or found != body


@settings(max_examples=3000)
@given(st.sampled_from([*CommandId, 0xAA, 0x800000AA]), st.integers(0, 2), st.binary(max_size=120))
@example(CommandId.SUBMIT_MULTI, 0, bytes(4) + b"\xff" + bytes(100))
def test_random_bodies_raise_nothing_but_bad_pdu(command: int, status: int, data: bytes) -> None:
    try:
        pdu = decode(framed(command, data, status=status))
    except BadPdu as error:
        assert (error.command, error.sequence, error.fatal) == (command, 7, False)  # noqa: PT017
        assert decode(refusal(error)).status == error.status  # noqa: PT017
    else:
        assert pdu.command == command
        assert pdu.body is not None or (status and command & RESPONSE_BIT)


@settings(max_examples=2000)
@given(st.binary(max_size=80))
def test_random_octets_raise_nothing_but_bad_pdu(data: bytes) -> None:
    with pytest.raises(BadPdu):
        decode(b"\xff\xff" + data)


@settings(max_examples=1000)
@given(BODIES, st.data())
def test_one_changed_octet_raises_nothing_but_bad_pdu(body: Body, data: st.DataObject) -> None:
    frame = bytearray(encode(body, 7))
    frame[data.draw(st.integers(4, len(frame) - 1))] = data.draw(st.integers(0, 255))
    try:
        pdu = decode(bytes(frame))
    except BadPdu as error:
        assert error.sequence is not None  # noqa: PT017
    else:
        assert pdu.command in set(CommandId)


def test_fifty_thousand_mutations_raise_nothing_but_bad_pdu() -> None:
    """Reliability needs numbers: samples with octets changed, cut, doubled, and random bodies."""
    random = Random(2775)
    frames = [framed(command, octets(text)) for _, command, text in SAMPLES]
    bad = 0
    for _ in range(50_000):
        frame = bytearray(random.choice(frames))
        for _ in range(random.randrange(1, 4)):
            start = random.randrange(12, len(frame) + 1)
            frame[start : start + random.randrange(3)] = random.randbytes(random.randrange(3))
        frame[:4] = struct.pack(">I", len(frame))
        try:
            decode(bytes(frame))
        except BadPdu:
            bad += 1
    assert 5_000 < bad < 50_000


@pytest.mark.parametrize("command", sorted(BY_COMMAND))
def test_thousand_random_bodies_of_each_command(command: int) -> None:
    random = Random(command)
    for _ in range(1_000):
        frame = framed(command, random.randbytes(random.randrange(120)))
        try:
            pdu = decode(frame)
        except BadPdu as error:
            assert error.sequence == 7  # noqa: PT017
        else:
            assert pdu.sequence == 7


def test_nothing_large_is_allocated_for_a_lying_body() -> None:
    frames = [
        framed(CommandId.SUBMIT_SM, bytes(16) + b"\xff" + bytes(60_000)),
        framed(CommandId.SUBMIT_SM, bytes(17) + bytes(60_000)),
        framed(CommandId.SUBMIT_MULTI, bytes(4) + b"\xfe" + b"\2" * 60_000),
        framed(CommandId.SUBMIT_MULTI_RESP, b"\0\xff" + bytes(60_000)),
        framed(CommandId.DELIVER_SM, bytes(18) + b"\x04\x24\xff\xff" + bytes(60_000)),
        framed(CommandId.BIND_TRANSCEIVER, b"x" * 60_000),
        framed(0xAA, bytes(60_000)),
    ]
    tracemalloc.start()
    for frame in frames:
        with pytest.raises(BadPdu):
            decode(frame)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 65_536


ADDRESSES = b"\0" + b"\0\0\0" + b"\0\0\0"
REFUSED = [
    ("unknown command", framed(0xAA), Status.RINVCMDID),
    ("length does not agree", struct.pack(">4I", 40, 4, 0, 7), Status.RINVCMDLEN),
    ("empty submit_sm", framed(4), Status.RINVCMDLEN),
    ("service type", framed(4, b"123456\0" + bytes(30)), Status.RINVSERTYP),
    ("source address", framed(4, b"\0\0\0" + b"1" * 21 + bytes(30)), Status.RINVSRCADR),
    ("destination", framed(4, bytes(6) + b"1" * 21 + bytes(30)), Status.RINVDSTADR),
    ("schedule", framed(4, ADDRESSES + bytes(3) + b"1" * 17 + bytes(30)), Status.RINVSCHED),
    ("validity", framed(4, ADDRESSES + bytes(4) + b"1" * 17 + bytes(30)), Status.RINVEXPIRY),
    ("sm_length 255", framed(4, ADDRESSES + bytes(9) + b"\xff" + bytes(255)), Status.RINVMSGLEN),
    ("sm_length past the end", framed(4, ADDRESSES + bytes(9) + b"\x0a" + bytes(9)), Status.RINVMSGLEN),
    ("parameter past the end", framed(4, ADDRESSES + bytes(10) + b"\4\x24\0\5a"), Status.RINVOPTPARSTREAM),
    ("one octet left over", framed(4, ADDRESSES + bytes(11)), Status.RINVOPTPARSTREAM),
    ("enquire_link with a body", framed(0x15, b"x"), Status.RINVCMDLEN),
    ("system id", framed(9, b"x" * 16 + bytes(9)), Status.RINVSYSID),
    ("password", framed(9, b"\0" + b"x" * 9 + bytes(9)), Status.RINVPASWD),
    ("system type", framed(9, b"\0\0" + b"x" * 13 + bytes(9)), Status.RINVSYSTYP),
    ("message id", framed(3, b"x" * 65 + bytes(9)), Status.RINVMSGID),
    ("no destinations", framed(0x21, bytes(5) + bytes(20)), Status.RINVNUMDESTS),
    ("destination flag", framed(0x21, bytes(4) + b"\1\3" + bytes(20)), Status.RINVDESTFLAG),
    ("list name", framed(0x21, bytes(4) + b"\1\2" + b"x" * 21 + bytes(20)), Status.RINVDLNAME),
    ("failures cut off", framed(0x80000021, b"9\0\1\1\x01791\0\0\0\0"), Status.RINVCMDLEN),
]


@pytest.mark.parametrize(("frame", "status"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused_with_the_right_status(frame: bytes, status: Status) -> None:
    with pytest.raises(BadPdu) as caught:
        decode(frame)
    assert caught.value.status == status
    assert caught.value.sequence == 7


@pytest.mark.parametrize("size", range(16))
def test_less_than_a_header(size: int) -> None:
    with pytest.raises(BadPdu) as caught:
        decode(bytes(size))
    assert caught.value.fatal


@pytest.mark.parametrize(
    ("frame", "body"),
    [
        (framed(0x80000004, b"id-without-nul"), b.SubmitSmResp("id-without-nul")),
        (framed(0x80000004, b"x" * 70 + b"\0"), b.SubmitSmResp("x" * 70)),
        (framed(0x80000004), b.SubmitSmResp("")),
        (framed(0x80000005), b.DeliverSmResp("")),
        (framed(0x80000103), b.DataSmResp("")),
        (framed(0x80000009), b.BindTransceiverResp("")),
        (framed(0x80000021, b"9\0"), b.SubmitMultiResp("9")),
        (framed(0x80000015, b"junk"), b.EnquireLinkResp()),
        (framed(5, bytes(16) + b"\xff" + b"z" * 255), b.DeliverSm(short_message=b"z" * 255)),
        (framed(5, b"\0\0\0" + b"1" * 40 + bytes(14)), b.DeliverSm(source_addr="1" * 40)),
    ],
)
def test_sloppy_but_clear_pdus_are_read(frame: bytes, body: Body) -> None:
    assert decode(frame).body == body


@pytest.mark.parametrize("command", [0x80000004, 0x80000009, 0x80000003, 0x80000021])
@pytest.mark.parametrize("body", [b"", b"\0", b"\xff" * 3, b"9\0\5"])
def test_the_body_of_a_refusal_never_matters(command: int, body: bytes) -> None:
    assert decode(framed(command, body, status=0x58)).status == 0x58


@pytest.mark.parametrize(
    ("body", "size"),
    [
        (b.SubmitSmResp("1"), 16),
        (b.SubmitMultiResp("1"), 16),
        (b.BindReceiverResp("x"), 16),
        (b.QuerySmResp("1", "", 0, 0), 16),
        (b.DeliverSmResp(""), 17),
        (b.DataSmResp(""), 17),
    ],
)
def test_refusals_go_without_a_body_where_the_standard_says_so(body: Body, size: int) -> None:
    frame = encode(body, 9, Status.RTHROTTLED)
    assert len(frame) == size
    assert decode(frame)[:3] == (command_of(body), Status.RTHROTTLED, 9)


UNENCODABLE = [
    ("source_addr", b.SubmitSm(source_addr="1" * 21)),
    ("source_addr", b.SubmitSm(source_addr="1\0")),
    ("source_addr", b.SubmitSm(source_addr="Толмач")),
    ("destination_addr", b.DeliverSm(destination_addr="1" * 65)),
    ("destination_addr", b.DeliverSm(destination_addr="\0")),
    ("service_type", b.SubmitSm(service_type="123456")),
    ("service_type", b.SubmitSm(service_type="\0")),
    ("validity_period", b.SubmitSm(validity_period="1" * 17)),
    ("schedule_delivery_time", b.SubmitSm(schedule_delivery_time="\0")),
    ("dest_addr_ton", b.SubmitSm(dest_addr_ton=256)),
    ("data_coding", b.SubmitSm(data_coding=-1)),
    ("short_message", b.SubmitSm(short_message=bytes(255))),
    ("short_message", b.DeliverSm(short_message=bytes(256))),
    ("message_id", b.SubmitSmResp("x" * 65)),
    ("message_id", b.SubmitSmResp("\0")),
    ("message_id", b.DeliverSmResp("Ж")),
    ("password", b.BindReceiver("a", "123456789")),
    ("destinations", b.SubmitMulti()),
    ("destinations", b.SubmitMulti(destinations=(b.DistributionList("x"),) * 255)),
    ("dl_name", b.SubmitMulti(destinations=(b.DistributionList("x" * 21),))),
    ("failures", b.SubmitMultiResp("1", (b.Failure(0, 0, "", 0),) * 256)),
    ("error_status_code", b.SubmitMultiResp("1", (b.Failure(0, 0, "", -1),))),
    ("command_length", b.DataSm(tlvs=(Tlv(Tag.MESSAGE_PAYLOAD, bytes(65_535)),))),
    ("command_length", b.SubmitSm(tlvs=(Tlv(Tag.MESSAGE_PAYLOAD, bytes(65_535)),))),
]


@pytest.mark.parametrize(("field", "body"), UNENCODABLE)
def test_values_that_do_not_fit_are_refused_by_name(field: str, body: Body) -> None:
    with pytest.raises(Unencodable) as caught:
        encode(body, 1)
    assert caught.value.field == field


@pytest.mark.parametrize("body", [b.SubmitSm(), b.SubmitSmResp(), b.Unbind()])
@pytest.mark.parametrize("sequence", [-1, 1 << 32])
def test_header_numbers_must_fit(body: Body, sequence: int) -> None:
    with pytest.raises(Unencodable, match="sequence_number"):
        encode(body, sequence)
    with pytest.raises(Unencodable, match="command_status"):
        bare(RESPONSE_BIT, 1, sequence)


def test_almost_64_kilobytes_fit() -> None:
    body = b.DataSm(tlvs=(Tlv(Tag.MESSAGE_PAYLOAD, bytes(65_500)),))
    frame = encode(body, 1)
    assert len(frame) <= MAX_PDU
    assert decode(frame).body == body


@pytest.mark.parametrize(
    ("command", "answer"),
    [(4, 0x80000004), (9, 0x80000009), (0x103, 0x80000103), (0xAA, RESPONSE_BIT), (0x102, RESPONSE_BIT)],
)
def test_refusals_answer_by_the_matching_response(command: int, answer: int) -> None:
    error = BadPdu(Status.RSYSERR, "x", command=command, sequence=5)
    assert refusal(error) == struct.pack(">4I", 16, answer, 8, 5)


def test_a_refused_header_has_sequence_zero() -> None:
    assert refusal(BadPdu(Status.RINVCMDLEN, "x")) == struct.pack(">4I", 16, RESPONSE_BIT, 2, 0)
