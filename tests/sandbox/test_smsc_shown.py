"""What a phone makes of user data."""

import pytest

from tolmach.codecs import gsm0338
from tolmach.core.binary import to_octets
from tolmach.core.content import Content, FlashText, SilentPing, SmsText, VCard, WapPush
from tolmach.sandbox.message import Encoding
from tolmach.sandbox.smsc_message import Form
from tolmach.sandbox.smsc_shown import Piece, content, parts

PUSH = WapPush("Sale", "https://shop.example/sale")
CARD = VCard("Иван Петров", cell="+79161234500", email="ivan@shop.example")


def gsm(text: str) -> Piece:
    return Piece(Encoding.GSM7, gsm0338.encode(text))


def pieces(sent: WapPush | VCard) -> tuple[int, list[Piece]]:
    """Its port, and its octets cut in two."""
    binary = to_octets(sent)
    half = len(binary.octets) // 2
    return binary.port, [Piece(Encoding.BINARY, cut) for cut in (binary.octets[:half], binary.octets[half:])]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (Form(), SmsText("Hello")),
        (Form(flash=True), FlashText("Hello")),
        (Form(silent=True), SilentPing("Hello")),
        (Form(flash=True, silent=True), SilentPing("Hello")),
        (Form(port=16_000), SmsText("Hello")),
    ],
)
def test_texts(form: Form, shown: Content) -> None:
    assert content(form, [gsm("Hel"), gsm("lo")]) == shown


@pytest.mark.parametrize("sent", [PUSH, CARD])
def test_what_applications_show(sent: WapPush | VCard) -> None:
    port, cut = pieces(sent)
    assert content(Form(port=port), cut) == sent
    assert content(Form(port=port, flash=True), cut) == sent


def test_octets_that_no_application_understands() -> None:
    port, cut = pieces(PUSH)
    assert content(Form(port=port), cut[1:]) == SmsText(cut[1].octets.hex())
    assert content(Form(port=4711), cut) == SmsText((cut[0].octets + cut[1].octets).hex())


def test_characters_are_cut_between_parts_only_where_the_encoding_is_the_same() -> None:
    whole = "Ж".encode("utf-16-be")
    assert content(Form(), [Piece(Encoding.UCS2, whole[:1]), Piece(Encoding.UCS2, whole[1:])]) == SmsText("Ж")
    assert content(Form(), [gsm("Q"), Piece(Encoding.UCS2, whole)]) == SmsText("QЖ")


def test_parts_of_what_came_whole() -> None:
    texts = ["x" * size for size in (0, 160, 161, 100_000)]
    assert [parts(Form(), gsm(text), text) for text in texts] == [1, 1, 2, 255]
    octets = [Piece(Encoding.BINARY, bytes(size)) for size in (133, 134, 140, 141)]
    assert [parts(Form(port=2948), piece, "") for piece in octets] == [1, 2, 2, 2]
    assert [parts(Form(), piece, "") for piece in octets] == [1, 1, 1, 2]
