"""PDUs of every kind with their octets, and hypothesis strategies for them.

The octets were put together by hand from the tables of chapter 4, not by the codec under test.
"""

from hypothesis import strategies as st

from tolmach.codecs.smpp import bodies as b
from tolmach.codecs.smpp.bodies import Body
from tolmach.codecs.smpp.constants import CommandId
from tolmach.codecs.smpp.tlv import Tag, Tlv

# (body, command_id, octets after the header in hexadecimal; blanks and bars are for the reader)
SAMPLES: list[tuple[Body, CommandId, str]] = [
    (
        b.BindTransmitter("ESME1", "secret08", "SUBMIT1", 0x34, 1, 1, ""),
        CommandId.BIND_TRANSMITTER,
        "45534d453100 | 736563726574303800 | 5355424d49543100 | 34 01 01 | 00",
    ),
    (
        b.BindReceiver("e", "", "", 0x50, 0, 0, "^7916"),
        CommandId.BIND_RECEIVER,
        "6500 | 00 | 00 | 50 00 00 | 5e3739313600",
    ),
    (
        b.BindTransceiver("demo", "demo"),
        CommandId.BIND_TRANSCEIVER,
        "64656d6f00 | 64656d6f00 | 00 | 34 00 00 | 00",
    ),
    (
        b.BindTransmitterResp("smsc", (Tlv(Tag.SC_INTERFACE_VERSION, b"\x34"),)),
        CommandId.BIND_TRANSMITTER_RESP,
        "736d736300 | 0210 0001 34",
    ),
    (b.BindReceiverResp("smsc"), CommandId.BIND_RECEIVER_RESP, "736d736300"),
    (b.BindTransceiverResp(""), CommandId.BIND_TRANSCEIVER_RESP, "00"),
    (b.Outbind("smsc", "pw"), CommandId.OUTBIND, "736d736300 | 707700"),
    (b.Unbind(), CommandId.UNBIND, ""),
    (b.UnbindResp(), CommandId.UNBIND_RESP, ""),
    (b.GenericNack(), CommandId.GENERIC_NACK, ""),
    (b.EnquireLink(), CommandId.ENQUIRE_LINK, ""),
    (b.EnquireLinkResp(), CommandId.ENQUIRE_LINK_RESP, ""),
    (
        b.SubmitSm(
            "CMT", 5, 0, "Tolmach", 1, 1, "79161234567", 3, 0x40, 1,
            "260718120000012+", "000002000000000R", 1, 0, 8, 0, b"\x04\x1f", (Tlv(Tag.SOURCE_PORT, b"\x23\xf0"),),
        ),
        CommandId.SUBMIT_SM,
        "434d5400 | 05 00 546f6c6d61636800 | 01 01 373931363132333435363700 | 03 40 01"
        "| 3236303731383132303030303031322b00 | 3030303030323030303030303030305200"
        "| 01 00 08 00 | 02 041f | 020a 0002 23f0",
    ),
    (
        b.SubmitSm(short_message=bytes(254)),
        CommandId.SUBMIT_SM,
        "00 | 00 00 00 | 00 00 00 | 00 00 00 | 00 | 00 | 00 00 00 00 | fe" + "00" * 254,
    ),
    (b.SubmitSmResp("1d305b4c"), CommandId.SUBMIT_SM_RESP, "3164333035623463 00"),
    (
        b.SubmitSmResp("7", (Tlv(Tag.CONGESTION_STATE, b"\x50"),)),
        CommandId.SUBMIT_SM_RESP,
        "37 00 | 0428 0001 50",
    ),
    (
        b.DeliverSm(
            "", 1, 1, "79161234567", 3, 0, "4040", 4, short_message=b"id:1",
            tlvs=(Tlv(Tag.RECEIPTED_MESSAGE_ID, b"1\0"), Tlv(Tag.MESSAGE_STATE, b"\x02"), Tlv(0x1403, b"")),
        ),
        CommandId.DELIVER_SM,
        "00 | 01 01 373931363132333435363700 | 03 00 3430343000 | 04 00 00 | 00 | 00 | 00 00 00 00"
        "| 04 69643a31 | 001e 0002 3100 | 0427 0001 02 | 1403 0000",
    ),
    (b.DeliverSmResp(""), CommandId.DELIVER_SM_RESP, "00"),
    (
        b.SubmitMulti(
            "", 1, 1, "100", (b.SmeAddress(1, 1, "791"), b.DistributionList("staff")), registered_delivery=1,
            short_message=b"hi",
        ),
        CommandId.SUBMIT_MULTI,
        "00 | 01 01 31303000 | 02 | 01 01 01 37393100 | 02 737461666600 | 00 00 00 | 00 | 00 | 01 00 00 00 | 02 6869",
    ),
    (
        b.SubmitMultiResp("9", (b.Failure(1, 1, "791", 0x0B),)),
        CommandId.SUBMIT_MULTI_RESP,
        "3900 | 01 | 01 01 37393100 0000000b",
    ),
    (
        b.DataSm("", 1, 1, "791", 5, 0, "T", 4, 1, 8, (Tlv(Tag.MESSAGE_PAYLOAD, b"\x04\x1f"),)),
        CommandId.DATA_SM,
        "00 | 01 01 37393100 | 05 00 5400 | 04 01 08 | 0424 0002 041f",
    ),
    (b.DataSmResp("a"), CommandId.DATA_SM_RESP, "6100"),
    (b.QuerySm("a", 1, 1, "100"), CommandId.QUERY_SM, "6100 | 01 01 31303000"),
    (
        b.QuerySmResp("a", "260718120000000+", 2, 0),
        CommandId.QUERY_SM_RESP,
        "6100 | 3236303731383132303030303030302b00 | 02 00",
    ),
    (
        b.CancelSm("", "a", 1, 1, "100", 1, 1, "791"),
        CommandId.CANCEL_SM,
        "00 | 6100 | 01 01 31303000 | 01 01 37393100",
    ),
    (b.CancelSmResp(), CommandId.CANCEL_SM_RESP, ""),
    (
        b.ReplaceSm("a", 1, 1, "100", "", "000002000000000R", 1, 0, b"new"),
        CommandId.REPLACE_SM,
        "6100 | 01 01 31303000 | 00 | 3030303030323030303030303030305200 | 01 00 | 03 6e6577",
    ),
    (b.ReplaceSmResp(), CommandId.REPLACE_SM_RESP, ""),
    (
        b.AlertNotification(1, 1, "791", 5, 0, "T", (Tlv(Tag.MS_AVAILABILITY_STATUS, b"\0"),)),
        CommandId.ALERT_NOTIFICATION,
        "01 01 37393100 | 05 00 5400 | 0422 0001 00",
    ),
]  # fmt: skip


def octets(text: str) -> bytes:
    """The octets of a sample."""
    return bytes.fromhex(text.replace("|", " "))


def text(size: int) -> st.SearchStrategy[str]:
    """What a C-octet string of `size` octets can hold."""
    return st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=size - 1)


BYTE = st.integers(0, 255)
TLVS = st.lists(st.builds(Tlv, st.integers(0, 0xFFFF), st.binary(max_size=40)), max_size=4).map(tuple)
STAMP = st.sampled_from(["", "000002000000000R", "260718120000012+"]) | text(17)


def _message(kind: type[b.SubmitSm] | type[b.DeliverSm], address: int, largest: int) -> st.SearchStrategy[Body]:
    return st.builds(
        kind, text(6), BYTE, BYTE, text(address), BYTE, BYTE, text(address), BYTE, BYTE, BYTE, STAMP, STAMP,
        BYTE, BYTE, BYTE, BYTE, st.binary(max_size=largest), TLVS,
    )  # fmt: skip


def _bind(kind: type[b.Bind]) -> st.SearchStrategy[Body]:
    return st.builds(kind, text(16), text(9), text(13), BYTE, BYTE, BYTE, text(41))


DESTINATIONS = st.lists(
    st.builds(b.SmeAddress, BYTE, BYTE, text(21)) | st.builds(b.DistributionList, text(21)),
    min_size=1,
    max_size=5,
).map(tuple)
FAILURES = st.lists(st.builds(b.Failure, BYTE, BYTE, text(21), st.integers(0, 0xFFFFFFFF)), max_size=4).map(tuple)

BULK: st.SearchStrategy[Body] = st.one_of(
    _message(b.SubmitSm, 21, 254),
    _message(b.DeliverSm, 65, 255),
    st.builds(b.SubmitSmResp, text(65), TLVS),
    st.builds(b.DeliverSmResp, text(65), TLVS),
)

BODIES: st.SearchStrategy[Body] = st.one_of(
    BULK,
    st.builds(b.DataSmResp, text(65), TLVS),
    *(_bind(kind) for kind in (b.BindReceiver, b.BindTransmitter, b.BindTransceiver)),
    *(
        st.builds(kind, text(16), TLVS)
        for kind in (b.BindReceiverResp, b.BindTransmitterResp, b.BindTransceiverResp)
    ),
    *(
        st.just(kind())
        for kind in (
            b.Unbind,
            b.UnbindResp,
            b.EnquireLink,
            b.EnquireLinkResp,
            b.GenericNack,
            b.CancelSmResp,
            b.ReplaceSmResp,
        )
    ),
    st.builds(b.Outbind, text(16), text(9)),
    st.builds(
        b.SubmitMulti, text(6), BYTE, BYTE, text(21), DESTINATIONS, BYTE, BYTE, BYTE, STAMP, STAMP,
        BYTE, BYTE, BYTE, BYTE, st.binary(max_size=254), TLVS,
    ),
    st.builds(b.SubmitMultiResp, text(65), FAILURES, TLVS),
    st.builds(
        b.DataSm, text(6), BYTE, BYTE, text(65), BYTE, BYTE, text(65), BYTE, BYTE, BYTE, TLVS
    ),
    st.builds(b.QuerySm, text(65), BYTE, BYTE, text(21)),
    st.builds(b.QuerySmResp, text(65), text(17), BYTE, BYTE),
    st.builds(b.CancelSm, text(6), text(65), BYTE, BYTE, text(21), BYTE, BYTE, text(21)),
    st.builds(b.ReplaceSm, text(65), BYTE, BYTE, text(21), STAMP, STAMP, BYTE, BYTE, st.binary(max_size=254)),
    st.builds(b.AlertNotification, BYTE, BYTE, text(65), BYTE, BYTE, text(65), TLVS),
)  # fmt: skip
