"""What kind of file some content is, decided from the content alone, and how a file may be called. Pure.

Only kinds that papers come in are kept. What a browser or an interpreter would run is refused, also where it hides in
a picture or in plain text. Nothing here (or anywhere) decodes a picture or unpacks an archive.
"""

import re
from enum import StrEnum
from typing import Final


class FileKind(StrEnum):
    """Kinds of files that are kept; the value is the ending of a name."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    GIF = "gif"
    TIFF = "tif"
    DOC = "doc"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    TXT = "txt"
    ZIP = "zip"


LONGEST_LABEL: Final = 100
_SIGNATURES: Final = (
    (b"%PDF-", FileKind.PDF),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.DOC),
    (b"{\\rtf", FileKind.RTF),
    (b"PK\x03\x04", FileKind.ZIP),
)
# long enough that the noise of a picture does not have it by chance
_HIDDEN = re.compile(
    rb"<\?php|<script|<svg[\s/>]|<html[\s>]|<!doctype|<!entity|<iframe|<body[\s>]|<object|<embed|javascript:",
    re.IGNORECASE,
)
_ACTIVE_TEXT = re.compile(_HIDDEN.pattern + rb"|<\?|<%|<svg|<html|<body", re.IGNORECASE)
_HIDING_PLACES: Final = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.GIF, FileKind.TIFF, FileKind.RTF})
_OPENDOCUMENT: Final = b"mimetypeapplication/vnd.oasis.opendocument.text"
_LONGEST_NAME: Final = 64  # of an entry of an archive, where its first one is looked at


def kind_of(content: bytes) -> FileKind | None:
    """Return what a content is; None for what is not kept."""
    kind = next((kind for start, kind in _SIGNATURES if content.startswith(start)), None)
    if kind is None:
        return FileKind.TXT if _is_text(content) else None
    if kind in _HIDING_PLACES and _HIDDEN.search(content):
        return None
    return _packed(content) if kind is FileKind.ZIP else kind


def label_of(name: str) -> str:
    """Return what a client calls a file, as it may be shown: no folders, no control characters, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(char for char in last if char.isprintable()).strip(" .")
    return shown[-LONGEST_LABEL:] or "file"


def attachment(number: int, kind: FileKind) -> dict[str, str]:
    """Return the headers with which a browser may get a file: to be saved under a name of ours, never to be shown."""
    return {
        "content-type": "application/octet-stream",
        "content-disposition": f'attachment; filename="file-{number}.{kind.value}"',
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, no-store",
    }


def _packed(content: bytes) -> FileKind:
    """Tell documents from other archives by the names of their entries, which are not compressed."""
    if content[30 : 30 + _LONGEST_NAME].startswith(_OPENDOCUMENT):
        return FileKind.ODT
    return FileKind.DOCX if b"word/document.xml" in content and b"[Content_Types].xml" in content else FileKind.ZIP


def _is_text(content: bytes) -> bool:
    if not content.strip() or content.startswith(b"#!") or _ACTIVE_TEXT.search(content):
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("windows-1251")
        except UnicodeDecodeError:
            return False
    return not text.lstrip().startswith("<") and all(char >= " " or char in "\t\r\n\f" for char in text)
