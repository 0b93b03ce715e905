"""Requests as XML trees, from clients that are hostile, hand-written or copied from a manual.

Encoding precedence: byte order mark, then the declaration, then UTF-8 when the bytes are valid UTF-8, then
the dialect's default, then windows-1251. A declared encoding is binding: bytes that break it are error 9.

A document is parsed strictly: no DTD, no entities but the five of XML, no network, at most 64 levels and
200 attributes per element. If that fails, one narrow repair is tried and the result is marked as repaired:
a space in an end tag (`</ id>`), a bare `&`, `&nbsp;`, and typographic quotes around an attribute value.
"""

import codecs
import ctypes
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml import etree

MAX_DEPTH: Final = 64
MAX_ATTRIBUTES: Final = 200

# libxml2 error numbers used for our own verdicts; everything else is the number libxml2 gave.
INTERNAL_ERROR: Final = 1
NOT_XML: Final = 4
BAD_CHARACTER: Final = 9
UNKNOWN_ENCODING: Final = 32
DOCTYPE_REFUSED: Final = 111  # XML_ERR_USER_STOP: the application stopped the parser
LIMIT_EXCEEDED: Final = 114  # XML_ERR_RESOURCE_LIMIT: what libxml2 itself says beyond 256 levels

_BLANK: Final = b" \t\r\n"
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"""<\?xml[ \t\r\n][^>]{0,200}?encoding\s*=\s*["']([^"'<>]{1,40})["']""")
# A closed list: Python knows codecs that are slow, stateful or let markup hide (utf-7, punycode ...).
_ENCODINGS: Final = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("windows-1251", "windows1251", "win-1251", "win1251", "cp1251", "cp-1251"), "cp1251"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1"), "latin-1"),
    **dict.fromkeys(("windows-1252", "windows1252", "cp1252"), "cp1252"),
    **dict.fromkeys(("cp866", "ibm866", "cp-866"), "cp866"),
    **dict.fromkeys(("koi8-r", "koi8r"), "koi8-r"),
    **dict.fromkeys(("koi8-u", "koi8u"), "koi8-u"),
    **dict.fromkeys(("iso-8859-5", "iso8859-5"), "iso8859-5"),
}
# .NET declares utf-16 on text it then sends as UTF-8; a declaration we can read octet by octet disproves it.
_IMPOSSIBLE: Final = frozenset({"utf-16", "utf-16le", "utf-16be", "utf16", "ucs-2", "unicode"})

_DOCTYPE: Final = b"<!DOCTYPE"
_PROLOG_DOCTYPE: Final = re.compile(rb"(?:[ \t\r\n]++|<!--.*?-->|<\?.*?\?>)*+<!DOCTYPE", re.DOTALL)
_TOO_DEEP: Final = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_TOO_WIDE: Final = etree.XPath(f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])")

# Every pattern below moves forward only: an unclosed section runs to the end instead of being retried.
# Beyond this many sections and slips the rest stays as it is: the work for 8 MB of `&` stays bounded.
_MAX_REPAIRS: Final = 200_000
_SKIPPED: Final = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"
_QUOTED_TAG: Final = re.compile(rf"{_SKIPPED}|<[^\W\d][^<“”]*[“”][^<]*", re.DOTALL)
_TAG_NAME: Final = re.compile(r"<[\w.:-]+")
_ATTRIBUTE: Final = re.compile(
    r"""([ \t\r\n]+[^\W\d][\w.:-]*[ \t\r\n]*=[ \t\r\n]*)"""
    r"""(?:("[^"<]*"|'[^'<]*')|["“”]([^"“”<>]*)["“”])(?=[ \t\r\n/>])"""
)
_LOOSE: Final = re.compile(
    rf"(?P<skipped>{_SKIPPED})|(?P<end></)[ \t\r\n]+(?=[^\W\d])|(?P<space>&nbsp;)"
    r"|(?P<bare>&)(?!(?:\#[0-9]{1,8}|\#x[0-9a-fA-F]{1,8}|[^\W\d][\w.:-]{0,40});)",
    re.DOTALL,
)
_REPLACED: Final = {"end": "</", "space": "\u00a0", "bare": "&amp;"}

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class XmlError(ValueError):
    """A document that was not accepted; `code` is the libxml2 error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed request; `repaired` tells that the strict parser had refused it."""

    root: etree._Element
    repaired: bool


def is_blank(body: bytes) -> bool:
    """Tell whether a body holds nothing but white space and a byte order mark."""
    return not body.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe")


def parse(body: bytes, *, default_encoding: str = "utf-8") -> Document:
    """Parse one request; `default_encoding` is the dialect's, for undeclared bytes that are not UTF-8.

    Total over arbitrary bytes: gives a Document or raises XmlError. Safe to call from any thread. When the
    repair does not help either, the error is the one of the strict parse.
    """
    data = _utf8(body.lstrip(_BLANK), default_encoding)
    try:
        return Document(_strict(data), repaired=False)
    except XmlError as error:
        if error.code in (DOCTYPE_REFUSED, LIMIT_EXCEEDED, BAD_CHARACTER):
            raise
        mended = _mended(data)
        if mended == data:
            raise
        try:
            return Document(_strict(mended), repaired=True)
        except XmlError:
            raise error from None


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """Return the first child element that has one of the names, in document order."""
    for found in element:
        if found.tag in names:
            return found
    return None


def text_of(element: etree._Element) -> str:
    """Return the element's own text, CDATA included, without that of its children."""
    own = element.text or ""
    if len(element) == 0:
        return own
    return own + "".join(inner.tail or "" for inner in element)


def child_text(element: etree._Element, name: str) -> str | None:
    """Return the own text of the first child of that name, or None when there is no such child."""
    found = child(element, name)
    return None if found is None else text_of(found)


def escape(text: str) -> str:
    """Escape text for element content; characters XML 1.0 cannot carry are dropped."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    if not text.isprintable():
        text = _ILLEGAL.sub("", text).replace("\r", "&#13;")
    return text


def attribute(text: str) -> str:
    """Escape text for an attribute value in double quotes; tabs and line breaks survive as references."""
    text = escape(text)
    if text.isprintable():
        return text
    return text.replace("\n", "&#10;").replace("\t", "&#9;")


# --- encoding ---------------------------------------------------------------------------------------


def _utf8(data: bytes, default_encoding: str) -> bytes:
    """Return the document as UTF-8 without byte order mark and leading white space."""
    encoding = _encoding(data)
    if encoding == "utf-8":
        data = data.removeprefix(codecs.BOM_UTF8)
        _decoded(data, encoding)
    elif encoding is not None:
        data = _decoded(data, encoding).removeprefix("\ufeff").encode()
    else:
        data = _guessed(data, default_encoding)
    return data.lstrip(_BLANK)


def _encoding(data: bytes) -> str | None:
    """Return the codec that the mark or the declaration names; None when nothing is said."""
    if not data.startswith(b"<"):
        for mark, encoding in _BOMS:
            if data.startswith(mark):
                return encoding
    declared = _DECLARED.match(data)
    return None if declared is None else _known(declared[1])


@lru_cache(256)
def _known(declared: bytes) -> str | None:
    label = declared.decode("latin-1").strip().lower()
    if label in _IMPOSSIBLE:
        return None
    try:
        return _ENCODINGS[label]
    except KeyError:
        raise XmlError(UNKNOWN_ENCODING, f"Unsupported encoding: {label}") from None


def _guessed(data: bytes, default_encoding: str) -> bytes:
    for encoding in ("utf-8", default_encoding):
        try:
            return data.decode(encoding).encode()
        except UnicodeError:
            continue
    return _decoded(data, "cp1251").encode()


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        raise XmlError(BAD_CHARACTER, f"Input is not proper {encoding}") from error


# --- strict parse -----------------------------------------------------------------------------------


def _hardened() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


class _ThreadParser(threading.local):
    """One lxml parser for each thread: a shared one would hold a lock, one per call costs half as much again.

    lxml keeps every tag and attribute name a thread has ever seen until that thread ends, so a stream of
    invented names would fill the memory of a server. Nothing public empties that dictionary; what lxml
    does when it meets a new thread is start another one. So every few megabytes lxml's entry in the
    thread state is taken away, and the parser with it, for it would pass the old dictionary on. Documents
    hold references of their own to the names they use.
    """

    _BUDGET: Final = 4 * 1024 * 1024
    _KEY: Final = "_ParserDictionaryContext"

    def __init__(self) -> None:
        self.xml = _hardened()
        self._spent = 0

    def spend(self, size: int) -> None:
        """Count octets about to be parsed and forget the names when the budget is used up."""
        self._spent += size
        if self._spent <= self._BUDGET:
            return
        self._spent = size
        address = _thread_state()
        if address:
            self.xml = _hardened()
            ctypes.cast(address, ctypes.py_object).value.pop(self._KEY, None)


# As an address: the reference is a borrowed one, which ctypes.py_object as a result type would give away.
_thread_state: Final[Callable[[], int | None]] = ctypes.PYFUNCTYPE(ctypes.c_void_p)(
    ("PyThreadState_GetDict", ctypes.pythonapi)
)
_parser: Final = _ThreadParser()


def _strict(data: bytes) -> etree._Element:
    if b"\0" in data:
        raise XmlError(BAD_CHARACTER, "Invalid character: NUL")
    has_doctype = _DOCTYPE in data
    if has_doctype and _PROLOG_DOCTYPE.match(data):
        raise XmlError(DOCTYPE_REFUSED, "A document type declaration is not accepted")
    _parser.spend(len(data))
    try:
        root = etree.fromstring(data, _parser.xml)
    except etree.XMLSyntaxError as error:
        code = getattr(error, "code", None)  # the type stubs do not know it
        raise XmlError(code or INTERNAL_ERROR, error.msg or "Malformed document") from None
    except (etree.LxmlError, ValueError) as error:
        raise XmlError(INTERNAL_ERROR, str(error)) from error
    if has_doctype and root.getroottree().docinfo.internalDTD is not None:
        raise XmlError(DOCTYPE_REFUSED, "A document type declaration is not accepted")
    _check_limits(data, root)
    return root


def _check_limits(data: bytes, root: etree._Element) -> None:
    """Counting signs first spares ordinary requests a walk over the tree."""
    if data.count(b"<") > MAX_DEPTH and _TOO_DEEP(root):
        raise XmlError(LIMIT_EXCEEDED, f"Elements nested more than {MAX_DEPTH} deep")
    if data.count(b"=") > MAX_ATTRIBUTES and _TOO_WIDE(root):
        raise XmlError(LIMIT_EXCEEDED, f"More than {MAX_ATTRIBUTES} attributes in one element")


# --- repair -----------------------------------------------------------------------------------------


def _mended(data: bytes) -> bytes:
    text = data.decode()
    if "“" in text or "”" in text:
        text = _QUOTED_TAG.sub(_requoted, text, count=_MAX_REPAIRS)
    return _LOOSE.sub(_tightened, text, count=_MAX_REPAIRS).encode()


def _tightened(match: re.Match[str]) -> str:
    return _REPLACED.get(match.lastgroup or "", match[0])


def _requoted(match: re.Match[str]) -> str:
    """Give the attributes of one start tag straight quotes; correctly quoted values are left alone."""
    tag = match[0]
    name = _TAG_NAME.match(tag)
    if name is None:
        return tag
    pieces = [name[0]]
    end = name.end()
    while found := _ATTRIBUTE.match(tag, end):
        pieces.append(found[0] if found[2] else f'{found[1]}"{found[3]}"')
        end = found.end()
    pieces.append(tag[end:])
    return "".join(pieces)
