"""Octets of the published examples, and that everything reads back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import wappush
from tolmach.codecs.wappush import Action, BadPush, Kind, Push

WSP_SI = "01060403ae81ea"
WSP_SL = "01060403b081ea"


def words(*parts: str | int) -> str:
    """Return hexadecimal: text as an inline string, numbers as octets."""
    return "".join(f"{part:02x}" if isinstance(part, int) else "03" + part.encode().hex() + "00" for part in parts)


def test_an_indication() -> None:
    octets = wappush.indication("http://www.xyz.com/email/123/abc.wml", "You have 4 new emails")
    assert octets.hex() == WSP_SI + "02056a00" + words(
        0x45, 0xC6, 0x0D, "xyz", 0x85, "email/123/abc.wml", 0x01, "You have 4 new emails", 0x01, 0x01
    )


def test_a_loading() -> None:
    """The example of WAP-168."""
    octets = wappush.loading("http://www.xyz.com/ppaid/123/abc.wml")
    assert octets.hex() == WSP_SL + "02066a00" + words(0x85, 0x0A, "xyz", 0x85, "ppaid/123/abc.wml", 0x01)


def test_the_example_of_the_specification_reads() -> None:
    """WAP-167, 8.3.1: with times, and behind a longer push header as gateways write it."""
    document = "02056a00" + words(0x45, 0xC6, 0x0D, "xyz", 0x85, "email/123/abc.wml")
    document += "0ac30719990625152315" + "10c30419990630" + words(0x01, "You have 4 new emails", 0x01, 0x01)
    expected = Push("http://www.xyz.com/email/123/abc.wml", "You have 4 new emails", Kind.SI)
    for head in (
        WSP_SI,
        "dc0603ae81ea",
        "2506080" + "3ae81eaaf82b484",
        "0106" + "1a" + b"application/vnd.wap.sic".hex() + "0081ea",
    ):
        assert wappush.decode(bytes.fromhex(head + document)) == expected


@pytest.mark.parametrize(
    ("url", "tokens"),
    [
        ("http://a.ru/b", words(0x0C, "a.ru/b")),
        ("http://www.a.net/", words(0x0D, "a", 0x87)),
        ("https://a.edu/x", words(0x0E, "a", 0x86, "x")),
        ("https://www.a.org/x.com/", words(0x0F, "a", 0x88, "x.com/")),
        ("ftp://a", words(0x0B, "ftp://a")),
        ("http://", words(0x0C)),
        ("a.com", words(0x0B, "a.com")),
    ],
)
def test_links(url: str, tokens: str) -> None:
    assert wappush.indication(url, "").hex() == WSP_SI + "02056a0045c6" + tokens + "010101"


@pytest.mark.parametrize(
    ("url", "tokens"),
    [
        ("http://a.ru", words(0x09, "a.ru")),
        ("https://a.ru", words(0x0B, "a.ru")),
        ("https://www.a.ru", words(0x0C, "a.ru")),
        ("a.ru", words(0x08, "a.ru")),
    ],
)
def test_links_to_load(url: str, tokens: str) -> None:
    assert wappush.loading(url).hex() == WSP_SL + "02066a0085" + tokens + "01"
    assert wappush.decode(wappush.loading(url)) == Push(url, "", Kind.SL)


def test_urgency() -> None:
    octets = wappush.indication("http://a.ru", "Б", Action.HIGH)
    assert octets.hex() == WSP_SI + "02056a0045c6" + words(0x0C, "a.ru", 0x08, 0x01, "Б", 0x01, 0x01)
    assert wappush.decode(octets) == Push("http://a.ru", "Б")


def test_strings_of_a_table_and_entities() -> None:
    table = b"xyz\0there\0"
    document = f"02056a{len(table):02x}{table.hex()}" + "45c6" + "0d8300" + "85" + "01" + "8304" + "0221" + "0101"
    assert wappush.decode(bytes.fromhex(WSP_SI + document)) == Push("http://www.xyz.com/", "there!")


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "01",
        "0107",
        "010601",
        "010601ae",
        "01060403ad81ea02056a0045",  # another content type
        WSP_SI,
        WSP_SI + "02056a00",
        WSP_SI + "02056a0045c60d0378797a",  # no end of a string
        WSP_SI + "02056a004501",  # no link
        WSP_SI + "02056a00" + "45" * 20,
        WSP_SI + "02ffffffffff",
    ],
)
def test_what_is_no_push(octets: str) -> None:
    with pytest.raises(BadPush):
        wappush.decode(bytes.fromhex(octets))


def test_a_zero_octet_cannot_be_sent() -> None:
    with pytest.raises(BadPush):
        wappush.indication("http://a\0b", "")


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
URLS = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["http://", "https://", "http://www.", "https://www.", "", "ftp://"]),
    TEXT,
    st.sampled_from(["", ".com/", ".org/", ".net/x.edu/"]),
    TEXT,
)


@given(URLS, TEXT)
def test_an_indication_reads_back(url: str, text: str) -> None:
    if url:
        assert wappush.decode(wappush.indication(url, text)) == Push(url, text)


@given(
    st.one_of(
        st.binary(max_size=80), st.binary(max_size=60).map(lambda tail: bytes.fromhex(WSP_SI + "02056a00") + tail)
    )
)
def test_any_octets_are_a_push_or_not(octets: bytes) -> None:
    with suppress(BadPush):
        wappush.decode(octets)
