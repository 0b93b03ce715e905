"""The one thing that is read out of a certificate here: until when it is good (RFC 5280, 4.1.2.5)."""

import base64
import re
from datetime import UTC, datetime

_PEM = re.compile(rb"-----BEGIN (?:TRUSTED )?CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END", re.ASCII)
_SEQUENCE, _VERSION, _UTC_TIME, _GENERAL_TIME = 0x30, 0xA0, 0x17, 0x18


def not_after(pem: bytes) -> datetime:
    """Return the end of the first certificate of a PEM file, in UTC; ValueError when there is none."""
    found = _PEM.search(pem)
    if found is None:
        raise ValueError("there is no certificate in it")
    try:
        return _end(base64.b64decode(found[1]))
    except (ValueError, IndexError):
        raise ValueError("its certificate is damaged") from None


def _end(der: bytes) -> datetime:
    fields = _inside(_inside(der, _SEQUENCE), _SEQUENCE)  # tbsCertificate
    if fields[0] == _VERSION:
        fields = _after(fields)
    for _ in range(3):  # serial number, signature algorithm, issuer
        fields = _after(fields)
    end = _after(_inside(fields, _SEQUENCE))  # after notBefore
    text = _inside(end, end[0]).decode("ascii")
    if end[0] == _UTC_TIME:
        return datetime.strptime(("20" if int(text[:2]) < 50 else "19") + text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    if end[0] == _GENERAL_TIME:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    raise ValueError("no time")


def _inside(der: bytes, tag: int) -> bytes:
    """Return the content of the first element, which has to have this tag."""
    if der[0] != tag:
        raise ValueError("another element than expected")
    start, length = _head(der)
    if start + length > len(der):
        raise ValueError("the element breaks off")
    return der[start : start + length]


def _after(der: bytes) -> bytes:
    """Return what follows the first element."""
    start, length = _head(der)
    return der[start + length :]


def _head(der: bytes) -> tuple[int, int]:
    """Return where the content of the first element begins, and its length."""
    if der[1] < 0x80:
        return 2, der[1]
    size = der[1] & 0x7F
    if not 0 < size <= 4:
        raise ValueError("no length")
    return 2 + size, int.from_bytes(der[2 : 2 + size], "big")
