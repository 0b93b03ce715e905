import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import gsm0338

EXTENSION = "\f^{}\\[~]|€"
BASIC = [gsm0338.decode(bytes([code])) for code in range(128) if code != gsm0338.ESCAPE]
ALPHABET = "".join(BASIC) + EXTENSION
gsm_text = st.text(st.sampled_from(ALPHABET))

# text, packed octets: the first is the sample everybody prints
PACKED = [
    ("hellohello", "E8329BFD4697D9EC37"),
    ("hello", "E8329BFD06"),
    ("Hello World!", "C8329BFD065DDF72363904"),
    ("", ""),
    ("@", "00"),
    ("1234567", "31D98C56B3DD00"),
    ("12345678", "31D98C56B3DD70"),
    ("€", "9B32"),
]

CODES = [
    ("@", "00"), ("£", "01"), ("$", "02"), ("Ç", "09"), ("\n", "0a"), ("\r", "0d"), ("Δ", "10"), ("_", "11"),
    ("Æ", "1c"), ("É", "1f"), (" ", "20"), ("¤", "24"), ("¡", "40"), ("A", "41"), ("Ä", "5b"), ("Ö", "5c"),
    ("Ñ", "5d"), ("Ü", "5e"), ("§", "5f"), ("¿", "60"), ("a", "61"), ("z", "7a"), ("ä", "7b"), ("à", "7f"),
    ("\f", "1b0a"), ("^", "1b14"), ("{", "1b28"), ("}", "1b29"), ("\\", "1b2f"), ("[", "1b3c"), ("~", "1b3d"),
    ("]", "1b3e"), ("|", "1b40"), ("€", "1b65"), ("a€b", "611b6562"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "octets"), CODES)
def test_each_character_has_its_code(text: str, octets: str) -> None:
    assert gsm0338.encode(text).hex() == octets
    assert gsm0338.decode(bytes.fromhex(octets)) == text
    assert gsm0338.septets(text) == len(octets) // 2


@pytest.mark.parametrize(("text", "octets"), PACKED)
def test_packing_matches_published_samples(text: str, octets: str) -> None:
    unpacked = gsm0338.encode(text)
    assert gsm0338.pack(unpacked).hex().upper() == octets
    assert gsm0338.unpack(bytes.fromhex(octets), len(unpacked)) == unpacked


def test_the_alphabet_is_complete_and_unambiguous() -> None:
    assert len(set(ALPHABET)) == 127 + 10
    assert gsm0338.encodable(ALPHABET)
    assert gsm0338.septets(ALPHABET) == 127 + 20


@pytest.mark.parametrize(
    ("text", "first"),
    [("", None), ("plain [€]", None), ("Привет", "П"), ("a`b", "`"), ("tab\t", "\t"), ("ç", "ç"), ("x😀ё", "😀"),
     ("\x1b", "\x1b"), ("a\ud800", "\ud800"), ("«", "«"), ("й", "й"), ("A-\u2014", "\u2014")],
)  # fmt: skip
def test_the_first_foreign_character_is_named(text: str, first: str | None) -> None:
    assert gsm0338.unencodable(text) == first
    assert gsm0338.encodable(text) is (first is None)


@given(st.text(st.characters(exclude_categories=[])))
def test_encodable_agrees_with_encode(text: str) -> None:
    foreign = gsm0338.unencodable(text)
    if foreign is None:
        assert len(gsm0338.encode(text)) == gsm0338.septets(text)
    else:
        with pytest.raises(gsm0338.BadSeptets, match="alphabet"):
            gsm0338.encode(text)


@given(gsm_text)
def test_text_comes_back(text: str) -> None:
    assert gsm0338.decode(gsm0338.encode(text)) == text


@given(st.binary())
def test_decoding_is_total_and_never_longer(data: bytes) -> None:
    text = gsm0338.decode(data)
    assert len(text) <= len(data)
    assert text.count("\ufffd") <= sum(octet > 127 for octet in data)


@pytest.mark.parametrize(
    ("octets", "text"),
    [("1b", " "), ("611b", "a "), ("1b1b", " "), ("1b1b65", " e"), ("1b61", "a"), ("1b00", "@"),
     ("80ff", "\ufffd\ufffd"), ("1b80", "\ufffd"), ("1b0d", "\r")],
)  # fmt: skip
def test_broken_escapes_are_shown_as_the_standard_says(octets: str, text: str) -> None:
    assert gsm0338.decode(bytes.fromhex(octets)) == text


@given(st.binary(max_size=200).map(lambda data: bytes(octet & 0x7F for octet in data)), st.integers(0, 6))
def test_packing_comes_back(unpacked: bytes, fill_bits: int) -> None:
    packed = gsm0338.pack(unpacked, fill_bits)
    if unpacked:
        assert len(packed) == -(-(7 * len(unpacked) + fill_bits) // 8)
    assert gsm0338.unpack(packed, len(unpacked), fill_bits if unpacked else 0) == unpacked


@given(st.binary(max_size=60), st.integers(-2, 80), st.integers(0, 6))
def test_unpacking_gives_septets_or_its_error(packed: bytes, count: int, fill_bits: int) -> None:
    try:
        unpacked = gsm0338.unpack(packed, count, fill_bits)
    except gsm0338.BadSeptets:
        assert count < 0 or 7 * count + fill_bits > 8 * len(packed)
    else:
        assert len(unpacked) == count
        assert all(septet < 128 for septet in unpacked)


def test_an_octet_is_no_septet() -> None:
    with pytest.raises(gsm0338.BadSeptets, match="200"):
        gsm0338.pack(bytes([1, 200]))
