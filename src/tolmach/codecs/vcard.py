"""vCard 2.1: a contact as text, as phones take it on port 9204 (23F4).

    BEGIN:VCARD
    VERSION:2.1
    N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD
    TEL;CELL:+79033256699
    END:VCARD

What is not ASCII is UTF-8 in quoted-printable, whose lines a "=" at the end joins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PORT: Final = 9204
SOURCE_PORT: Final = 0

_LINE: Final = "\r\n"
_LONGEST_LINE: Final = 76  # of quoted-printable
_PIECE: Final = re.compile(r"((?:[^;\\]|\\.?)*)(?:;|$)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([\\;,])")
_HEX: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
_CHARSETS: Final = {"utf-8", "us-ascii", "iso-8859-1", "iso-8859-5", "windows-1251", "windows-1252", "koi8-r"}


class BadCard(ValueError):  # noqa: N818
    """Octets that are no vCard."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of somebody; "" is nothing."""

    name: str
    cell: str = ""
    work: str = ""
    fax: str = ""
    email: str = ""
    url: str = ""
    position: str = ""
    organization: str = ""
    additional: str = ""
    post_office_box: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


_SIMPLE: Final = (
    ("TEL;CELL", "cell"),
    ("TEL;WORK", "work"),
    ("TEL;FAX", "fax"),
    ("EMAIL;INTERNET", "email"),
    ("URL", "url"),
    ("TITLE", "position"),
    ("ORG", "organization"),
    ("NOTE", "additional"),
)
_ADDRESS: Final = ("post_office_box", "", "street", "city", "region", "postal_code", "country")


def encode(contact: Contact) -> bytes:
    """Return the text; what the contact lacks is left out."""
    lines = ["BEGIN:VCARD", "VERSION:2.1", _property("N", contact.name)]
    lines += [_property(name, value) for name, field in _SIMPLE if (value := getattr(contact, field))]
    address = [getattr(contact, field) if field else "" for field in _ADDRESS]
    if any(address):
        lines.append(_property("ADR", *address))
    return _LINE.join([*lines, "END:VCARD", ""]).encode("ascii")


def _property(name: str, *values: str) -> str:
    value = ";".join(one.replace("\\", "\\\\").replace(";", "\\;") for one in values)
    if value.isascii() and value.isprintable():
        return f"{name}:{value}"
    return _folded(f"{name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:", value)


def _folded(head: str, value: str) -> str:
    """Write quoted-printable; line breaks of the value are CRLF."""
    text = value.replace("\r\n", "\n").replace("\n", _LINE)
    lines: list[str] = []
    line = head
    for octet in text.encode("utf-8", "replace"):
        piece = chr(octet) if 0x20 <= octet <= 0x7E and octet != 0x3D else f"={octet:02X}"
        if len(line) + len(piece) >= _LONGEST_LINE:
            lines.append(line + "=")
            line = ""
        line += piece
    return _LINE.join([*lines, line])


def decode(octets: bytes) -> Contact:
    """Read a vCard of any version; raise BadCard when it is none. Properties that a `Contact` lacks are passed over."""
    lines = list(_lines(octets))
    if not lines or lines[0].strip().upper() != b"BEGIN:VCARD":
        raise BadCard("no BEGIN:VCARD")
    found: dict[str, str] = {}
    for line in lines[1:]:
        head, colon, value = line.partition(b":")
        if colon:
            _take(found, head.decode("ascii", "replace").upper().split(";"), value)
    name = found.pop("name", "") or found.pop("full_name", "")
    found.pop("full_name", None)
    return Contact(name, **found)


def _lines(octets: bytes) -> Iterator[bytes]:
    """Yield lines that were folded, by quoted-printable or by white space, as one."""
    whole = b""
    for line in octets.replace(b"\r\n", b"\n").split(b"\n"):
        if whole.endswith(b"=") and b"QUOTED-PRINTABLE" in whole.upper().partition(b":")[0]:
            whole = whole[:-1] + line
        elif line[:1] in (b" ", b"\t"):
            whole += line[1:]
        else:
            if whole:
                yield whole
            whole = line
    if whole:
        yield whole


def _take(found: dict[str, str], head: list[str], value: bytes) -> None:
    name, parameters = head[0].rpartition(".")[2], {one.rpartition("=")[2]: one for one in head[1:]}
    text = _text(parameters, value)
    if name == "N":
        found.setdefault("name", " ".join(filter(None, _pieces(text))))
    elif name == "FN":
        found.setdefault("full_name", _plain(text))
    elif name == "TEL":
        kind = next((kind for kind in ("FAX", "CELL", "WORK") if kind in parameters), "CELL")
        found.setdefault(kind.lower(), _plain(text))
    elif name == "ADR":
        for field, piece in zip(_ADDRESS, _pieces(text), strict=False):
            if field and piece:
                found.setdefault(field, piece)
    else:
        field = next((field for known, field in _SIMPLE if known.partition(";")[0] == name), "")
        if field:
            found.setdefault(field, _plain(text))


def _text(parameters: dict[str, str], value: bytes) -> str:
    if "QUOTED-PRINTABLE" in parameters:
        value = _HEX.sub(lambda match: bytes((int(match[1], 16),)), value)
    named = next((one.partition("=")[2].lower() for one in parameters.values() if one.startswith("CHARSET=")), "utf-8")
    return value.decode(named if named in _CHARSETS else "utf-8", "replace").replace("\r\n", "\n")


def _pieces(text: str) -> list[str]:
    return [_plain(piece) for piece in _PIECE.findall(text)]


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
