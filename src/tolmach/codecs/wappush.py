"""WAP push: a link as octets behind a WSP push header, in binary XML (WAP-167 service indication, WAP-168 loading).

    01 06 04 03 AE 81 EA | 02 05 6A 00 | 45 C6 | 0C 03 "example" 00 85 | 01 | 03 "Look" 00 | 01 01

That is: transaction 1, push, four octets of headers (content type and charset), WBXML version, document, charset and
string table, elements, link, text. The octets go to port 2948 of the phone (`PORT`, 0B84), from 9200 (23F0).
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

PORT: Final = 2948
SOURCE_PORT: Final = 9200

_TRANSACTION: Final = 0x01
_PUSH: Final = 0x06
_UTF8_MIB: Final = 0x6A
_CHARSETS: Final = {0: "utf-8", 3: "ascii", 4: "latin-1", 106: "utf-8", 1000: "utf-16-be", 1015: "utf-16"}
_END, _ENTITY, _STRING, _TABLE_STRING, _OPAQUE = 0x01, 0x02, 0x03, 0x83, 0xC3
_CONTENT, _ATTRIBUTES = 0x40, 0x80  # bits of an element's token
_ENDINGS: Final = {0x85: ".com/", 0x86: ".edu/", 0x87: ".net/", 0x88: ".org/"}
_DEEPEST: Final = 8


class BadPush(ValueError):  # noqa: N818
    """Octets that are no WAP push, or a link that cannot be one."""


class Kind(IntEnum):
    """What the phone does: tell of the link, or load it. The value is the document's public identifier."""

    SI = 0x05
    SL = 0x06


class Action(IntEnum):
    """How urgent a service indication is."""

    NONE = 0x05
    LOW = 0x06
    MEDIUM = 0x07
    HIGH = 0x08
    DELETE = 0x09


@dataclass(frozen=True, slots=True)
class Push:
    """A link, and the text that a service indication shows with it."""

    url: str
    text: str = ""
    kind: Kind = Kind.SI


_MEDIA: Final = {Kind.SI: 0x2E, Kind.SL: 0x30}  # application/vnd.wap.sic and .slc, assigned numbers of WSP
_MEDIA_NAMES: Final = {b"application/vnd.wap.sic": Kind.SI, b"application/vnd.wap.slc": Kind.SL}
# attribute start tokens of the link; the longest prefix that fits is used
_HREF: Final = {
    Kind.SI: {0x0F: "https://www.", 0x0D: "http://www.", 0x0E: "https://", 0x0C: "http://", 0x0B: ""},
    Kind.SL: {0x0C: "https://www.", 0x0A: "http://www.", 0x0B: "https://", 0x09: "http://", 0x08: ""},
}


def indication(url: str, text: str, action: Action | None = None) -> bytes:
    """Return a service indication; without an ``action`` the phone takes it for one of medium urgency."""
    urgency = b"" if action is None else bytes((action,))
    link = _link(Kind.SI, url) + urgency + bytes((_END,))
    elements = bytes((0x05 | _CONTENT, 0x06 | _CONTENT | _ATTRIBUTES)) + link + _inline(text) + bytes((_END, _END))
    return _head(Kind.SI) + elements


def loading(url: str) -> bytes:
    """Return a service loading: the phone opens the link by itself, if it does so at all."""
    return _head(Kind.SL) + bytes((0x05 | _ATTRIBUTES,)) + _link(Kind.SL, url) + bytes((_END,))


def _head(kind: Kind) -> bytes:
    content_type = bytes((0x03, _MEDIA[kind] | 0x80, 0x81, _UTF8_MIB | 0x80))
    wsp = bytes((_TRANSACTION, _PUSH, len(content_type))) + content_type
    return wsp + bytes((0x02, kind, _UTF8_MIB, 0x00))


def _link(kind: Kind, url: str) -> bytes:
    start, prefix = next((token, prefix) for token, prefix in _HREF[kind].items() if url.startswith(prefix))
    rest = url[len(prefix) :]
    places = [(at, token, ending) for token, ending in _ENDINGS.items() if (at := rest.find(ending)) >= 0]
    if not places:
        return bytes((start,)) + _inline(rest)
    at, token, ending = min(places)
    return bytes((start,)) + _inline(rest[:at]) + bytes((token,)) + _inline(rest[at + len(ending) :])


def _inline(text: str) -> bytes:
    if "\0" in text:
        raise BadPush("a zero octet ends a string of WBXML")
    return bytes((_STRING,)) + text.encode("utf-8", "replace") + b"\0" if text else b""


def decode(octets: bytes) -> Push:
    """Read either kind; raise BadPush for anything else. Times, classes and other attributes are passed over."""
    reader = _Reader(octets)
    reader.octet()  # the transaction
    if reader.octet() != _PUSH:
        raise BadPush("no push")
    headers = _Reader(reader.take(reader.number()))
    kind = _kind(headers)
    return _document(kind, reader)


def _kind(headers: "_Reader") -> Kind:
    """Read the content type: an assigned number or a name, alone or with parameters (WSP 8.4.2.24)."""
    first = headers.peek()
    if first <= 0x1F:
        headers.octet()
        headers = _Reader(headers.take(headers.number() if first == 0x1F else first))
        first = headers.peek()
    if first & 0x80:
        media = headers.octet() & 0x7F
        kind = next((kind for kind, number in _MEDIA.items() if number == media), None)
    else:
        kind = _MEDIA_NAMES.get(headers.terminated().lower())
    if kind is None:
        raise BadPush("a push of something else than a link")
    return kind


def _document(kind: Kind, reader: "_Reader") -> Push:
    reader.octet()  # the version of WBXML
    if reader.number() == 0:
        reader.number()  # the public identifier stands in the string table
    reader.charset = _CHARSETS.get(reader.number(), "utf-8")
    reader.table = reader.take(reader.number())
    url, texts = _element(kind, reader, 0)
    if not url:
        raise BadPush("no link")
    return Push(url, texts, kind)


def _element(kind: Kind, reader: "_Reader", depth: int) -> tuple[str, str]:
    """Read an element from its token on; return the link and the text in it and below."""
    if depth > _DEEPEST:
        raise BadPush("elements in elements in elements")
    token = reader.octet()
    url = _attributes(kind, reader) if token & _ATTRIBUTES else ""
    text = ""
    while token & _CONTENT and reader.peek() != _END:
        found = reader.string()
        if found is None:
            inner, found = _element(kind, reader, depth + 1)
            url = url or inner
        text += found
    if token & _CONTENT:
        reader.octet()
    return url, text


def _attributes(kind: Kind, reader: "_Reader") -> str:
    """Read attributes to their end; return the link."""
    url = ""
    in_link = False
    while reader.peek() != _END:
        value = reader.string()
        if value is None:
            token = reader.octet()
            if token < 0x80:
                in_link = token in _HREF[kind]
                value = _HREF[kind].get(token, "")
            else:
                value = _ENDINGS.get(token, "")
        if in_link:
            url += value
    reader.octet()
    return url


class _Reader:
    """A cursor over octets; running past their end raises BadPush."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0
        self.charset = "utf-8"
        self.table = b""

    def peek(self) -> int:
        if self._at >= len(self._octets):
            raise BadPush("the octets end too early")
        return self._octets[self._at]

    def octet(self) -> int:
        value = self.peek()
        self._at += 1
        return value

    def take(self, count: int) -> bytes:
        if self._at + count > len(self._octets):
            raise BadPush("the octets end too early")
        self._at += count
        return self._octets[self._at - count : self._at]

    def number(self) -> int:
        """Read a number of seven bits per octet, of which the last has no eighth bit."""
        value = 0
        for _ in range(5):
            octet = self.octet()
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                return value
        raise BadPush("a number without an end")

    def terminated(self) -> bytes:
        end = self._octets.find(b"\0", self._at)
        if end < 0:
            raise BadPush("a string without an end")
        return self.take(end - self._at + 1)[:-1]

    def string(self) -> str | None:
        """Read a string, an entity or an opaque value ("") if one comes next."""
        token = self.peek()
        if token not in (_STRING, _TABLE_STRING, _OPAQUE, _ENTITY):
            return None
        self.octet()
        if token == _STRING:
            return self.terminated().decode(self.charset, "replace")
        if token == _OPAQUE:
            self.take(self.number())
            return ""
        value = self.number()
        if token == _ENTITY:
            return chr(value) if value < 0x110000 else "\ufffd"
        return _Reader(self.table[value:] + b"\0").terminated().decode(self.charset, "replace")
