"""Contacts as text and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import vcard
from tolmach.codecs.vcard import BadCard, Contact

FULL = Contact(
    name="Ivanov",
    cell="+79033256699",
    work="+74951234567",
    fax="+74951234568",
    email="ivan@example.com",
    url="http://example.com/",
    position="Director",
    organization="Romashka; Ltd",
    additional="VIP",
    post_office_box="12",
    street="Lenina 1",
    city="Moscow",
    region="Moscow region",
    postal_code="101000",
    country="Russia",
)


def test_every_field() -> None:
    assert vcard.encode(FULL).decode() == (
        "BEGIN:VCARD\r\n"
        "VERSION:2.1\r\n"
        "N:Ivanov\r\n"
        "TEL;CELL:+79033256699\r\n"
        "TEL;WORK:+74951234567\r\n"
        "TEL;FAX:+74951234568\r\n"
        "EMAIL;INTERNET:ivan@example.com\r\n"
        "URL:http://example.com/\r\n"
        "TITLE:Director\r\n"
        "ORG:Romashka\\; Ltd\r\n"
        "NOTE:VIP\r\n"
        "ADR:12;;Lenina 1;Moscow;Moscow region;101000;Russia\r\n"
        "END:VCARD\r\n"
    )
    assert vcard.decode(vcard.encode(FULL)) == FULL


def test_what_is_not_ascii_is_quoted() -> None:
    assert vcard.encode(Contact("Иван", cell="1", city="Омск")).decode() == (
        "BEGIN:VCARD\r\n"
        "VERSION:2.1\r\n"
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD\r\n"
        "TEL;CELL:1\r\n"
        "ADR;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;;=D0=9E=D0=BC=D1=81=D0=BA;;;\r\n"
        "END:VCARD\r\n"
    )


def test_long_lines_are_joined_by_an_equals_sign() -> None:
    lines = vcard.encode(Contact("Иван Иванович Иванов", additional="a\nb")).decode().split("\r\n")
    assert max(map(len, lines)) <= 76
    assert lines[2].endswith("=")
    assert lines[-3] == "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "BEGIN:VCARD\nVERSION:3.0\nN:Иванов;Иван;;;\nTEL;TYPE=cell,voice:1\nEND:VCARD",
            Contact("Иванов Иван", cell="1"),
        ),
        (
            "begin:vcard\nFN:Full\nTEL;HOME:1\nTEL;HOME:2\nitem1.EMAIL:e@x\nX-Y:z\n",
            Contact("Full", cell="1", email="e@x"),
        ),
        ("BEGIN:VCARD\nN:A\n B\nNOTE;CHARSET=KLINGON:x\\\\y\n", Contact("AB", additional="x\\y")),
        ("BEGIN:VCARD\nnonsense\nN:", Contact("")),
    ],
)
def test_others_write_it_otherwise(text: str, expected: Contact) -> None:
    assert vcard.decode(text.encode()) == expected


def test_charsets() -> None:
    card = b"BEGIN:VCARD\nN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=C8=E2=\n=E0=ED\n"
    assert vcard.decode(card).name == "Иван"


@pytest.mark.parametrize("octets", [b"", b"\n", b"hello", b"END:VCARD", b"\xff\xfe"])
def test_what_is_no_card(octets: bytes) -> None:
    with pytest.raises(BadCard):
        vcard.decode(octets)


VALUES = st.text(st.sampled_from("a;\\=: ,"), max_size=8) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=40
)


@given(st.builds(Contact, *[VALUES] * 15))
def test_a_contact_reads_back(contact: Contact) -> None:
    assert vcard.decode(vcard.encode(contact)) == contact


@given(st.binary(max_size=100).map(lambda tail: b"BEGIN:VCARD\nX:" + tail))
def test_any_octets_read(octets: bytes) -> None:
    vcard.decode(octets)
