"""What a phone makes of user data: a text, one that is shown at once, or what an application shows of its octets."""

from collections.abc import Sequence
from typing import NamedTuple

from tolmach.codecs import segments, udh
from tolmach.core.binary import from_octets
from tolmach.core.content import Content, FlashText, SilentPing, SmsText
from tolmach.sandbox import smsc_content
from tolmach.sandbox.message import Encoding
from tolmach.sandbox.smsc_message import Form


class Piece(NamedTuple):
    """The user data of one part, without its header."""

    encoding: Encoding
    octets: bytes


def content(form: Form, pieces: Sequence[Piece]) -> Content:
    """Return what the phone shows of all parts, in order. Octets that nobody understands are hexadecimal digits."""
    if form.silent:
        return SilentPing(_text(pieces))
    if form.port is not None:
        octets = b"".join([piece.octets for piece in pieces])
        understood = from_octets(octets, form.port)
        if understood is not None:
            return understood
    text = _text(pieces)
    return FlashText(text) if form.flash else SmsText(text)


def parts(form: Form, piece: Piece, text: str) -> int:
    """Return how many SMS a message that came as a whole takes."""
    try:
        if piece.encoding is not Encoding.BINARY:
            return segments.count(text)
        element = b"" if form.port is None else udh.ports(form.port, 0)
        return segments.count_octets(piece.octets, element)
    except segments.TextTooLong:
        return segments.MAX_PARTS


def _text(pieces: Sequence[Piece]) -> str:
    """Characters may be cut between parts of one encoding; parts may also differ in it."""
    if len(pieces) == 1:
        return smsc_content.decode(*pieces[0])
    encodings = {piece.encoding for piece in pieces}
    if len(encodings) == 1:
        return smsc_content.decode(encodings.pop(), b"".join([piece.octets for piece in pieces]))
    return "".join([smsc_content.decode(*piece) for piece in pieces])
