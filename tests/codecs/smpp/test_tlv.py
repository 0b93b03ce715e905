import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs.smpp.constants import VENDOR_TAGS, Status
from tolmach.codecs.smpp.errors import BadPdu, Unencodable
from tolmach.codecs.smpp.tlv import MOST, SHAPES, Kind, Tag, Tlv, find, make, number, pack, text, unpack

SAMPLES = [
    (Tag.SOURCE_PORT, 9200, "020a000223f0"),
    (Tag.SAR_MSG_REF_NUM, 0x1234, "020c00021234"),
    (Tag.SAR_TOTAL_SEGMENTS, 3, "020e000103"),
    (Tag.SAR_SEGMENT_SEQNUM, 1, "020f000101"),
    (Tag.RECEIPTED_MESSAGE_ID, "1d305b4c", "001e0009316433303562346300"),
    (Tag.MESSAGE_STATE, 2, "0427000102"),
    (Tag.NETWORK_ERROR_CODE, b"\x03\x00\x58", "04230003030058"),
    (Tag.QOS_TIME_TO_LIVE, 86_400, "0017000400015180"),
    (Tag.MESSAGE_PAYLOAD, b"\x04\x1f", "04240002041f"),
    (Tag.ALERT_ON_MESSAGE_DELIVERY, b"", "130c0000"),
    (0x1403, b"\xaa\xbb", "14030002aabb"),
]


@pytest.mark.parametrize(("tag", "value", "octets"), SAMPLES)
def test_samples_both_ways(tag: int, value: int | str | bytes, octets: str) -> None:
    one = make(tag, value)
    assert pack((one,)).hex() == octets
    assert unpack(bytes.fromhex(octets), 0) == (one,)


def test_every_known_tag_has_a_shape() -> None:
    assert set(SHAPES) == set(Tag)


@pytest.mark.parametrize("tag", [tag for tag in Tag if SHAPES[tag].kind is Kind.NUMBER])
def test_numbers_of_every_tag(tag: Tag) -> None:
    largest = 256 ** SHAPES[tag].largest - 1
    assert number((make(tag, largest),), tag) == largest
    with pytest.raises(Unencodable, match=tag.name.lower()):
        make(tag, largest + 1)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (Tag.SOURCE_PORT, -1),
        (Tag.SOURCE_PORT, "9200"),
        (Tag.SOURCE_PORT, b"\1"),
        (Tag.RECEIPTED_MESSAGE_ID, "x" * 65),
        (Tag.RECEIPTED_MESSAGE_ID, "a\0b"),
        (Tag.RECEIPTED_MESSAGE_ID, "Ж"),
        (Tag.RECEIPTED_MESSAGE_ID, 7),
        (Tag.NETWORK_ERROR_CODE, b"\1\2"),
        (0x1400, 7),
        (0x1400, "text"),
    ],
)
def test_make_refuses(tag: int, value: int | str | bytes) -> None:
    with pytest.raises(Unencodable):
        make(tag, value)


@pytest.mark.parametrize("tlvs", [(Tlv(0x10000, b""),), (Tlv(-1, b""),), (Tlv(1, bytes(65_536)),)])
def test_pack_refuses(tlvs: tuple[Tlv, ...]) -> None:
    with pytest.raises(Unencodable):
        pack(tlvs)


@pytest.mark.parametrize("octets", ["00", "0427", "042700", "04270001", "0427ffff02", "042700010204"])
def test_truncated(octets: str) -> None:
    with pytest.raises(BadPdu) as caught:
        unpack(bytes.fromhex(octets), 0)
    assert caught.value.status == Status.RINVOPTPARSTREAM


def test_thousands_of_empty_parameters_are_refused() -> None:
    assert len(unpack(bytes(4 * MOST), 0)) == MOST
    with pytest.raises(BadPdu):
        unpack(bytes(4 * MOST + 4), 0)


def test_sloppy_values_are_read() -> None:
    tlvs = (
        Tlv(Tag.MESSAGE_STATE, b"\0\0\0\5"),
        Tlv(Tag.RECEIPTED_MESSAGE_ID, b"no-nul"),
        Tlv(Tag.SOURCE_PORT, b""),
        Tlv(Tag.MESSAGE_PAYLOAD, b""),
        Tlv(Tag.ADDITIONAL_STATUS_INFO_TEXT, b"\0junk"),
    )
    assert number(tlvs, Tag.MESSAGE_STATE) == 5
    assert text(tlvs, Tag.RECEIPTED_MESSAGE_ID) == "no-nul"
    assert number(tlvs, Tag.SOURCE_PORT) is None
    assert text(tlvs, Tag.ADDITIONAL_STATUS_INFO_TEXT) is None
    assert find(tlvs, Tag.MESSAGE_PAYLOAD) == b""
    assert find(tlvs, Tag.DPF_RESULT) is None
    assert number(tlvs, Tag.DPF_RESULT) is None


def test_the_first_of_equal_tags_counts_and_all_are_kept() -> None:
    tlvs = (Tlv(Tag.CALLBACK_NUM, b"1111"), Tlv(Tag.CALLBACK_NUM, b"2222"))
    assert find(tlvs, Tag.CALLBACK_NUM) == b"1111"
    assert unpack(pack(tlvs), 0) == tlvs


@given(st.lists(st.builds(Tlv, st.integers(0, 0xFFFF), st.binary(max_size=300)), max_size=8))
def test_round_trip(tlvs: list[Tlv]) -> None:
    assert unpack(b"head" + pack(tuple(tlvs)), 4) == tuple(tlvs)


@given(st.sampled_from(VENDOR_TAGS), st.binary(max_size=50))
def test_vendor_tags_pass_through(tag: int, value: bytes) -> None:
    assert unpack(pack((make(tag, value),)), 0) == (Tlv(tag, value),)


@given(st.binary(max_size=200))
def test_any_octets_are_parameters_or_bad(data: bytes) -> None:
    try:
        tlvs = unpack(data, 0)
    except BadPdu as error:
        assert error.status == Status.RINVOPTPARSTREAM  # noqa: PT017
    else:
        assert pack(tlvs) == data
