import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import udh

ENCODED = [
    (udh.concatenation(0xAB, 3, 2), "0003ab0302"),
    (udh.concatenation(0x1234, 3, 2, wide=True), "080412340302"),
    (udh.concatenation(0, 255, 255), "000300ffff"),
    (udh.ports(2948, 9200), "05040b8423f0"),
    (udh.ports(9204, 0), "050423f40000"),
    (udh.header(udh.concatenation(0xAB, 3, 2)), "050003ab0302"),
    (udh.header(udh.ports(2948, 9200), udh.concatenation(1, 2, 1)), "0b05040b8423f00003010201"),
    (udh.header(), "00"),
]


@pytest.mark.parametrize(("encoded", "octets"), ENCODED)
def test_elements_match_the_standard(encoded: bytes, octets: str) -> None:
    assert encoded.hex() == octets


@pytest.mark.parametrize(
    ("reference", "total", "number", "wide"),
    [(256, 2, 1, False), (-1, 2, 1, False), (65536, 2, 1, True), (1, 256, 1, False), (1, 2, 3, False), (1, 2, 0, False),
     (1, 0, 0, False)],
)  # fmt: skip
def test_impossible_parts_are_refused(reference: int, total: int, number: int, wide: bool) -> None:
    with pytest.raises(udh.BadHeader, match="no such part"):
        udh.concatenation(reference, total, number, wide)


@pytest.mark.parametrize(("destination", "source"), [(65536, 0), (0, 65536), (-1, 0)])
def test_impossible_ports_are_refused(destination: int, source: int) -> None:
    with pytest.raises(udh.BadHeader, match="no such port"):
        udh.ports(destination, source)


def test_a_header_must_fit_in_a_message() -> None:
    assert len(udh.header(bytes(139))) == 140
    with pytest.raises(udh.BadHeader, match="fit"):
        udh.header(bytes(140))


def test_parsing_keeps_unknown_elements_and_the_body() -> None:
    elements, body = udh.parse(bytes.fromhex("0b 05040b8423f0 7f03010203") + b"body")
    assert elements == (
        udh.Element(udh.PORTS, bytes.fromhex("0b8423f0")),
        udh.Element(0x7F, b"\1\2\3"),
    )
    assert body == b"body"
    assert udh.parse(b"\0rest") == ((), b"rest")
    assert udh.parse(b"\2\x24\0") == ((udh.Element(0x24, b""),), b"")


@pytest.mark.parametrize("octets", ["", "01", "0100", "020001", "050003ab03", "03000500", "0400010000", "ff"])
def test_broken_headers_are_refused(octets: str) -> None:
    with pytest.raises(udh.BadHeader):
        udh.parse(bytes.fromhex(octets))


@given(st.binary(max_size=300))
def test_parsing_is_total_and_loses_nothing(data: bytes) -> None:
    try:
        elements, body = udh.parse(data)
    except udh.BadHeader:
        return
    rebuilt = b"".join(bytes((item.identifier, len(item.data))) + item.data for item in elements)
    assert bytes((len(rebuilt),)) + rebuilt + body == data


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=12)), max_size=9), st.binary(max_size=100))
def test_what_is_built_parses(items: list[tuple[int, bytes]], body: bytes) -> None:
    built = udh.header(*(bytes((identifier, len(data))) + data for identifier, data in items))
    assert udh.parse(built + body) == (tuple(udh.Element(*item) for item in items), body)
