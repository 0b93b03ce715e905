import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import gsm0338, segments, udh
from tolmach.codecs.segments import Alphabet, Segmented

GSM, UCS = Alphabet.GSM7, Alphabet.UCS2

# text, alphabet, UTF-16 units or septets of each part
LENGTHS = [
    ("", GSM, [0]),
    ("a" * 160, GSM, [160]),
    ("a" * 161, GSM, [153, 8]),
    ("a" * 306, GSM, [153, 153]),
    ("a" * 307, GSM, [153, 153, 1]),
    ("a" * 158 + "€", GSM, [160]),
    ("a" * 159 + "€", GSM, [153, 8]),
    ("a" * 152 + "€" + "a" * 20, GSM, [152, 22]),
    ("€" * 80, GSM, [160]),
    ("€" * 81, GSM, [152, 10]),
    ("я" * 70, UCS, [70]),
    ("я" * 71, UCS, [67, 4]),
    ("я" * 134, UCS, [67, 67]),
    ("я" * 135, UCS, [67, 67, 1]),
    ("я" * 68 + "😀", UCS, [70]),
    ("я" * 69 + "😀", UCS, [67, 4]),
    ("я" * 66 + "😀" + "я" * 10, UCS, [66, 12]),
    ("😀" * 35, UCS, [70]),
    ("😀" * 36, UCS, [66, 6]),
    ("a" * 70 + "`", UCS, [67, 4]),
    ("\ud83d" * 71, UCS, [67, 4]),
    ("x" * 66 + "\ud83d\ude00" + "x" * 10, UCS, [66, 12]),
]


def units(part: str, alphabet: Alphabet) -> int:
    return gsm0338.septets(part) if alphabet is GSM else len(part.encode("utf-16-be", "surrogatepass")) // 2


def utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


@pytest.mark.parametrize(("text", "alphabet", "lengths"), LENGTHS)
def test_lengths_at_every_boundary(text: str, alphabet: Alphabet, lengths: list[int]) -> None:
    cut = segments.split(text)
    assert cut.alphabet is alphabet
    assert [units(part, alphabet) for part in cut.parts] == lengths
    assert cut.count == segments.count(text) == len(lengths)


any_text = st.one_of(
    st.text(max_size=400),
    st.text(st.characters(exclude_categories=[]), max_size=400),
    st.text(st.sampled_from("ab€[]\n"), min_size=100, max_size=700),
    st.text(st.sampled_from("aя😀\ud83d\ude00"), min_size=50, max_size=400),
    st.builds(lambda text, times: text * times, st.text(max_size=40), st.integers(1, 60)),
)


@given(any_text)
def test_parts_join_back(text: str) -> None:
    cut = segments.split(text)
    assert utf16("".join(cut.parts)) == utf16(text)
    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert "".join(cut.parts) == text


@given(any_text, st.integers(0, 255))
def test_payloads_fit_and_decode_back(text: str, reference: int) -> None:
    cut = segments.split(text)
    sent = segments.payloads([segments.encode(part, cut.alphabet) for part in cut.parts], reference)
    assert len(sent) == segments.count(text)
    bodies = [octets if cut.count == 1 else body_of(octets, reference, cut, at) for at, octets in enumerate(sent)]
    header_octets = 0 if cut.count == 1 else 6
    if cut.alphabet is GSM:
        assert all(len(gsm0338.pack(body, header_octets // 6)) <= 140 - header_octets for body in bodies)
        assert "".join(map(gsm0338.decode, bodies)) == text
    else:
        assert all(len(body) <= 140 - header_octets for body in bodies)
        assert b"".join(bodies) == utf16(text)


def body_of(octets: bytes, reference: int, cut: Segmented, at: int) -> bytes:
    elements, body = udh.parse(octets)
    assert elements == (udh.Element(udh.CONCATENATION, bytes((reference, cut.count, at + 1))),)
    return body


@given(any_text)
def test_no_pair_is_broken(text: str) -> None:
    cut = segments.split(text)
    for left, right in zip(cut.parts, cut.parts[1:], strict=False):
        if cut.alphabet is GSM:
            assert gsm0338.encode(left)[-1] != gsm0338.ESCAPE
        else:
            assert not ("\ud800" <= left[-1] <= "\udbff" and "\udc00" <= right[0] <= "\udfff")


@pytest.mark.parametrize(("text", "longest"), [("a", 153 * 255), ("€", 76 * 255), ("я", 67 * 255), ("😀", 33 * 255)])
def test_at_most_255_parts(text: str, longest: int) -> None:
    assert segments.count(text * longest) == 255
    with pytest.raises(segments.TextTooLong):
        segments.split(text * (longest + 1))


def test_a_huge_text_is_refused_without_cutting_it() -> None:
    with pytest.raises(segments.TextTooLong):
        segments.count("я" * 10_000_000)


def test_a_short_text_is_cut_once() -> None:
    assert segments.split("x" * 500) is segments.split("x" * 500)


def test_a_single_part_has_no_header() -> None:
    assert segments.payloads([segments.encode("a€", GSM)], 7) == (b"a\x1be",)
    assert segments.payloads([segments.encode("я", UCS)], 7) == (b"\x04\x4f",)


def test_a_wrong_reference_is_refused() -> None:
    with pytest.raises(udh.BadHeader):
        segments.payloads([b"a", b"a"], 256)


@pytest.mark.parametrize(
    ("text", "alphabet", "wide", "lengths"),
    [
        ("a" * 160, None, True, [160]),
        ("a" * 161, None, True, [152, 9]),
        ("я" * 71, None, True, [66, 5]),
        ("a" * 71, UCS, False, [67, 4]),
        ("a" * 71, UCS, True, [66, 5]),
        ("a" * 151 + "€" + "a" * 20, GSM, True, [151, 22]),
    ],
)
def test_cut_otherwise(text: str, alphabet: Alphabet | None, wide: bool, lengths: list[int]) -> None:
    cut = segments.split_otherwise(text, alphabet, wide)
    assert [units(part, cut.alphabet) for part in cut.parts] == lengths


PORTS = udh.ports(2948, 9200)


@pytest.mark.parametrize(
    ("size", "element", "wide", "lengths"),
    [
        (0, b"", False, [0]),
        (140, b"", False, [140]),
        (141, b"", False, [134, 7]),
        (141, b"", True, [133, 8]),
        (133, PORTS, False, [133]),
        (133, PORTS, True, [133]),
        (134, PORTS, False, [128, 6]),
        (134, PORTS, True, [127, 7]),
        (257, PORTS, False, [128, 128, 1]),
    ],
)
def test_octets_are_cut_beside_their_header(size: int, element: bytes, wide: bool, lengths: list[int]) -> None:
    octets = bytes(range(256)) * 2
    parts = segments.split_octets(octets[:size], element, wide)
    assert [len(part) for part in parts] == lengths
    assert b"".join(parts) == octets[:size]
    assert wide or segments.count_octets(octets[:size], element) == len(lengths)
    assert all(len(one) <= 140 for one in segments.payloads(parts, 1, element, wide))


def test_headers_of_ports_and_parts_are_one() -> None:
    assert segments.payloads([b"x"], 7, PORTS)[0].hex() == "0605040b8423f0" + "78"
    assert [one.hex() for one in segments.payloads([b"x", b"y"], 7, PORTS)] == [
        "0b05040b8423f00003070201" + "78",
        "0b05040b8423f00003070202" + "79",
    ]
    assert segments.payloads([b"x", b"y"], 0x1234, PORTS, wide=True)[1].hex() == "0c05040b8423f0080412340202" + "79"


def test_too_many_octets() -> None:
    assert segments.count_octets(bytes(128 * 255), PORTS) == 255
    with pytest.raises(segments.TextTooLong):
        segments.count_octets(bytes(128 * 255 + 1), PORTS)
