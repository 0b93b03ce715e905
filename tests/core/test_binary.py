import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.binary import PORTS, from_octets, to_octets
from tolmach.core.content import Address, VCard, WapPush

CARD = VCard(
    "Иван; Иванов",
    cell="+79033256699",
    work="1",
    fax="2",
    email="a@b",
    url="http://c",
    position="д",
    organization="е",
    additional="ё\nж",
    address=Address("1", "2", "3", "4", "5", "6"),
)


@pytest.mark.parametrize(
    "content", [WapPush("Текст", "http://example.com/"), WapPush("", "x"), CARD, VCard("A", cell="1")]
)
def test_content_reads_back_from_its_octets(content: WapPush | VCard) -> None:
    sent = to_octets(content)
    assert from_octets(sent.octets, sent.port) == content
    assert PORTS[sent.port] == sent.source_port


def test_ports() -> None:
    assert to_octets(WapPush("", "x")).element.hex() == "05040b8423f0"
    assert to_octets(CARD).element.hex() == "050423f40000"


def test_a_zero_octet_is_left_out() -> None:
    sent = to_octets(WapPush("a\0b", "http://c\0d"))
    assert from_octets(sent.octets, sent.port) == WapPush("ab", "http://cd")


@given(st.binary(max_size=50), st.sampled_from([2948, 9204, 80]))
def test_other_octets_are_nothing(octets: bytes, port: int) -> None:
    assert from_octets(octets, port) is None or port != 80
