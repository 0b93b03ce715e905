"""The octets behind a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.content import FlashText, SilentPing, SmsText, ViberCard, WapPush
from tolmach.sandbox.raw import RawPart, describe, of_content, pack, unpack

OCTET = st.integers(0, 255)


@given(st.lists(st.builds(RawPart, OCTET, OCTET, OCTET, st.binary(max_size=20)), max_size=3))
def test_parts_are_read_as_they_were_stored(parts: list[RawPart]) -> None:
    assert unpack(" ".join(map(pack, parts))) == parts


@given(st.builds(RawPart, OCTET, OCTET, OCTET, st.binary(max_size=20)))
def test_whatever_came_is_described(part: RawPart) -> None:
    told = describe(part)
    assert told["user_data"] == part.octets.hex()
    assert part.octets.hex().startswith(str(told["udh"] or ""))


@pytest.mark.parametrize(
    ("header", "elements"),
    [
        ("050003 07 02 01", [{"identifier": 0, "data": "070201", "reference": 7, "total": 2, "number": 1}]),
        ("060804 0102 02 01", [{"identifier": 8, "data": "01020201", "reference": 258, "total": 2, "number": 1}]),
        ("060504 0b84 23f0", [{"identifier": 5, "data": "0b8423f0", "port": 2948, "source_port": 9200}]),
        ("03240101", [{"identifier": 0x24, "data": "01"}]),
        ("0400020701", [{"identifier": 0, "data": "0701"}]),
    ],
)
def test_headers_are_taken_apart(header: str, elements: list[dict[str, object]]) -> None:
    octets = bytes.fromhex(header)
    told = describe(RawPart(0x40, 4, 0, octets + b"!"))
    assert (told["udh"], told["elements"]) == (octets.hex(), elements)
    plain = describe(RawPart(0, 4, 0, octets + b"!"))
    assert (plain["udh"], plain["elements"]) == (None, [])


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (SmsText("Hi"), [RawPart(0, 0, 0, b"Hi")]),
        (FlashText("Ж"), [RawPart(0, 0x18, 0, b"\x04\x16")]),
        (SilentPing(), [RawPart(0, 0, 0x40, b"")]),
        (ViberCard("Hi"), []),
        (SmsText("x" * 100_000), []),
    ],
)
def test_what_a_link_would_submit(content: SmsText, parts: list[RawPart]) -> None:
    assert of_content(content, 7) == parts


def test_long_texts_and_ports_have_headers() -> None:
    first, second = (describe(part) for part in of_content(SmsText("x" * 161), 7))
    assert (first["udh"], second["udh"]) == ("050003070201", "050003070202")
    (push,) = (describe(part) for part in of_content(WapPush("Sale", "https://shop.example"), 7))
    assert (push["udh"], push["data_coding"]) == ("0605040b8423f0", 4)
