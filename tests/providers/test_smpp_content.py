"""Octets of user data, as tables; and that every part fits and joins back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import gsm0338, segments, udh
from tolmach.codecs.segments import TextTooLong
from tolmach.codecs.smpp import tlv
from tolmach.codecs.smpp.tlv import Tag, make
from tolmach.core.admission import count_parts
from tolmach.core.binary import to_octets
from tolmach.core.content import Content, FlashText, SilentPing, SmsText, VCard, WapPush
from tolmach.core.links import ContentRules, DefaultAlphabet, FlashCoding, Long
from tolmach.providers import smpp_content
from tolmach.providers.smpp_content import UserData

GSM, PACKED, LATIN1 = DefaultAlphabet.GSM, DefaultAlphabet.GSM_PACKED, DefaultAlphabet.LATIN1
REFERENCE = 0xABCD


def encode(text: str, rules: ContentRules, reference: int) -> tuple[UserData, ...]:
    return smpp_content.encode(SmsText(text), rules, reference)


@pytest.mark.parametrize(
    ("text", "alphabet", "coding", "octets"),
    [
        ("hello", GSM, 0, b"hello"),
        ("@£_", GSM, 0, b"\x00\x01\x11"),
        ("€{", GSM, 0, b"\x1b\x65\x1b\x28"),
        ("Привет", GSM, 8, "Привет".encode("utf-16-be")),
        ("😀", GSM, 8, b"\xd8\x3d\xde\x00"),
        ("hello", PACKED, 0, bytes.fromhex("e8329bfd06")),
        ("hellohello", PACKED, 0, bytes.fromhex("e8329bfd4697d9ec37")),
        ("1234567", PACKED, 0, bytes.fromhex("31d98c56b3dd1a")),  # seven spare bits: a carriage return, not an @
        ("Привет", PACKED, 8, "Привет".encode("utf-16-be")),
        ("£é{", LATIN1, 0, b"\xa3\xe9{"),
        ("5 €", LATIN1, 8, "5 €".encode("utf-16-be")),
        ("Δ", LATIN1, 8, b"\x03\x94"),
    ],
)
def test_one_part(text: str, alphabet: DefaultAlphabet, coding: int, octets: bytes) -> None:
    assert encode(text, ContentRules(alphabet=alphabet), REFERENCE) == (UserData(coding, 0, octets, ()),)


def test_the_data_coding_of_the_default_alphabet_is_the_links() -> None:
    rules = ContentRules(gsm_coding=0xF1)
    assert [encode(text, rules, 1)[0].data_coding for text in ("a", "я")] == [0xF1, 8]


@pytest.mark.parametrize(
    ("text", "long", "heads", "sizes"),
    [
        ("x" * 161, Long.UDH8, ["050003cd0201", "050003cd0202"], [153, 8]),
        ("x" * 153 + "y" * 8, Long.UDH16, ["060804abcd0201", "060804abcd0202"], [152, 9]),
        ("x" * 152 + "€" + "y" * 10, Long.UDH8, ["050003cd0201", "050003cd0202"], [152, 12]),
        ("x" * 151 + "€" + "y" * 10, Long.UDH16, ["060804abcd0201", "060804abcd0202"], [151, 12]),
        ("я" * 71, Long.UDH8, ["050003cd0201", "050003cd0202"], [134, 8]),
        ("я" * 71, Long.UDH16, ["060804abcd0201", "060804abcd0202"], [132, 10]),
        ("я" * 65 + "😀" * 5, Long.UDH16, ["060804abcd0201", "060804abcd0202"], [130, 20]),
        ("я" * 133, Long.UDH16, [f"060804abcd03{n:02d}" for n in (1, 2, 3)], [132, 132, 2]),  # two were priced
    ],
)
def test_parts_with_a_header(text: str, long: Long, heads: list[str], sizes: list[int]) -> None:
    parts = encode(text, ContentRules(long=long), REFERENCE)
    size = len(bytes.fromhex(heads[0]))
    assert [part.octets[:size].hex() for part in parts] == heads
    assert [len(part.octets) - size for part in parts] == sizes
    assert {part.esm_class for part in parts} == {0x40}


def test_packed_parts_start_on_a_septet() -> None:
    short = encode("x" * 161, ContentRules(alphabet=PACKED), REFERENCE)
    assert [len(part.octets) for part in short] == [140, 6 + 8]
    assert short[0].octets[6:8] == bytes.fromhex("f078")  # one bit of fill, then x x
    wide = encode("x" * 161, ContentRules(alphabet=PACKED, long=Long.UDH16), REFERENCE)
    assert [len(part.octets) for part in wide] == [140, 7 + 8]
    assert wide[0].octets[7:9] == bytes.fromhex("783c")


def test_parts_with_parameters() -> None:
    first, second = encode("я" * 71, ContentRules(long=Long.SAR), REFERENCE)
    assert (len(first.octets), first.esm_class) == (134, 0)
    assert first.tlvs == (
        make(Tag.SAR_MSG_REF_NUM, 0xCD),
        make(Tag.SAR_TOTAL_SEGMENTS, 2),
        make(Tag.SAR_SEGMENT_SEQNUM, 1),
    )
    assert tlv.number(second.tlvs, Tag.SAR_SEGMENT_SEQNUM) == 2
    assert second.octets == "я".encode("utf-16-be") * 4


def test_one_payload_for_all_parts() -> None:
    (only,) = encode("я" * 71, ContentRules(long=Long.PAYLOAD), REFERENCE)
    assert (only.octets, only.data_coding, only.esm_class) == (b"", 8, 0)
    assert only.tlvs == (make(Tag.MESSAGE_PAYLOAD, ("я" * 71).encode("utf-16-be")),)
    assert encode("я", ContentRules(long=Long.PAYLOAD), REFERENCE)[0].octets == b"\x04\x4f"


def test_too_long_for_this_link_only() -> None:
    text = "я" * 67 * 255
    assert len(encode(text, ContentRules(), 1)) == 255
    with pytest.raises(TextTooLong):
        encode(text, ContentRules(long=Long.UDH16), 1)


TEXTS = st.text(alphabet=st.one_of(st.sampled_from("ab€{}@ñ"), st.sampled_from("яЖ😀")), max_size=400)


@given(TEXTS, st.sampled_from([Long.UDH8, Long.UDH16]), st.integers(0, 0xFFFF))
def test_parts_fit_and_join_back(text: str, long: Long, reference: int) -> None:
    parts = encode(text, ContentRules(long=long), reference)
    whole = ""
    for part in parts:
        header, body = b"", part.octets
        if part.esm_class:
            body = udh.parse(part.octets)[1]
            header = part.octets[: len(part.octets) - len(body)]
        size = len(body) if part.data_coding else (7 * len(body) + 7) // 8
        assert len(header) + size <= 140
        whole += body.decode("utf-16-be") if part.data_coding else gsm0338.decode(body)
    assert whole == text
    if long is Long.UDH8:
        assert len(parts) == segments.count(text)


@given(st.text(alphabet="abc€{}@ñ", min_size=1, max_size=330))
def test_packed_text_reads_back(text: str) -> None:
    whole = ""
    for part in encode(text, ContentRules(alphabet=PACKED), 1):
        head, body = (part.octets[:6], part.octets[6:]) if part.esm_class else (b"", part.octets)
        fill = 1 if head else 0
        whole += gsm0338.decode(gsm0338.unpack(body, (8 * len(body) - fill) // 7, fill)).removesuffix("\r")
    assert whole == text


@pytest.mark.parametrize(
    ("text", "flash", "coding"),
    [
        ("a", FlashCoding.GENERAL, 0x10),
        ("я", FlashCoding.GENERAL, 0x18),
        ("a", FlashCoding.CLASS, 0xF0),
        ("я", FlashCoding.CLASS, 0x18),
    ],
)
@pytest.mark.parametrize("long", Long)
def test_flash_is_a_text_of_class_0(text: str, flash: FlashCoding, coding: int, long: Long) -> None:
    rules = ContentRules(flash=flash, long=long, gsm_coding=0xF1)
    for whole in (text, text * 200):
        marked = smpp_content.encode(FlashText(whole), rules, REFERENCE)
        plain = encode(whole, rules, REFERENCE)
        assert {part.data_coding for part in marked} == {coding}
        assert [part._replace(data_coding=0) for part in marked] == [part._replace(data_coding=0) for part in plain]


@pytest.mark.parametrize("text", ["", "a", "я" * 200])
def test_a_silent_message_is_one_part_of_type_0(text: str) -> None:
    (only,) = smpp_content.encode(SilentPing(text), ContentRules(), REFERENCE)
    assert (only.protocol_id, only.esm_class, only.tlvs) == (0x40, 0, ())
    assert len(only.octets) <= 140
    assert encode("a", ContentRules(), 1)[0].protocol_id == 0


LINK = WapPush("Look", "http://www.example.com/a")
LONG_LINK = WapPush("Б" * 100, "https://example.org/")
CARD = VCard("Ivan", cell="+79033256699")


@pytest.mark.parametrize("coding", [4, 0xF5])
@pytest.mark.parametrize("long", Long)
def test_a_link_goes_to_its_port(coding: int, long: Long) -> None:
    (only,) = smpp_content.encode(LINK, ContentRules(binary_coding=coding, long=long), REFERENCE)
    assert only == UserData(
        coding,
        0x40,
        bytes.fromhex("0605040b8423f0" + "01060403ae81ea" + "02056a0045c6" + "0d03")
        + b"example\0\x85\x03a\0\x01\x03Look\0\x01\x01",
        (),
    )


def test_a_card_goes_to_its_port() -> None:
    (only,) = smpp_content.encode(CARD, ContentRules(), REFERENCE)
    assert (only.data_coding, only.esm_class) == (4, 0x40)
    assert only.octets.startswith(bytes.fromhex("06050423f40000") + b"BEGIN:VCARD\r\n")


@pytest.mark.parametrize(
    ("long", "heads"),
    [
        (Long.UDH8, ["0b05040b8423f00003cd0201", "0b05040b8423f00003cd0202"]),
        (Long.UDH16, ["0c05040b8423f00804abcd0201", "0c05040b8423f00804abcd0202"]),
    ],
)
def test_long_octets_have_ports_and_numbers_in_one_header(long: Long, heads: list[str]) -> None:
    parts = smpp_content.encode(LONG_LINK, ContentRules(long=long), REFERENCE)
    size = len(heads[0]) // 2
    assert [part.octets[:size].hex() for part in parts] == heads
    assert len(parts[0].octets) == 140
    assert b"".join(part.octets[size:] for part in parts) == to_octets(LONG_LINK).octets
    assert {(part.esm_class, part.data_coding) for part in parts} == {(0x40, 4)}


def test_long_octets_with_parameters() -> None:
    first, second = smpp_content.encode(LONG_LINK, ContentRules(long=Long.SAR), REFERENCE)
    assert first.tlvs == (
        make(Tag.SOURCE_PORT, 9200),
        make(Tag.DESTINATION_PORT, 2948),
        make(Tag.SAR_MSG_REF_NUM, 0xCD),
        make(Tag.SAR_TOTAL_SEGMENTS, 2),
        make(Tag.SAR_SEGMENT_SEQNUM, 1),
    )
    assert (len(first.octets), first.esm_class) == (128, 0)
    assert first.octets + second.octets == to_octets(LONG_LINK).octets


def test_long_octets_as_one_payload() -> None:
    (only,) = smpp_content.encode(LONG_LINK, ContentRules(long=Long.PAYLOAD), REFERENCE)
    assert (only.octets, only.esm_class, only.data_coding) == (b"", 0, 4)
    assert only.tlvs == (
        make(Tag.SOURCE_PORT, 9200),
        make(Tag.DESTINATION_PORT, 2948),
        make(Tag.MESSAGE_PAYLOAD, to_octets(LONG_LINK).octets),
    )


@pytest.mark.parametrize("content", [LINK, LONG_LINK, CARD, SilentPing(), FlashText("a" * 161), SmsText("я" * 71)])
def test_as_many_parts_as_were_priced(content: Content) -> None:
    assert len(smpp_content.encode(content, ContentRules(), REFERENCE)) == count_parts(content)
