from tests.clock import NOON
from tolmach.providers.contract import Ignored, Inbound, Piece


def test_an_inbound_message_is_a_value() -> None:
    one = Inbound("carrier", "79161234567", "1234", "STOP", NOON, Piece(7, 2, 1))
    assert one == Inbound("carrier", "79161234567", "1234", "STOP", NOON, Piece(7, 2, 1))
    assert Inbound("carrier", "a", "b", "", NOON).piece is None


def test_what_is_ignored_says_why() -> None:
    assert {one.value for one in Ignored} == {"intermediate", "unreadable"}
