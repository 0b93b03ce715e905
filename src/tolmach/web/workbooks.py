"""A workbook (XLSX, ECMA-376) of one sheet, made row by row and sent meanwhile: nothing of it is kept.

The archive is written as to a pipe (sizes behind each piece), and texts stand in their cells instead of in a table of
their own at the end. So the first octets go at once, however many rows there are.
"""

import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST: Final = 32_767
"""Characters that a cell may have."""

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES: Final = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
)
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML has no place for, and what would be read as such a character: both are written as ``_x000B_``."""


def workbook(title: str, pieces: AsyncIterator[Sequence[Sequence[object]]]) -> AsyncIterator[bytes]:
    """Yield a workbook whose sheet has these rows, a piece of it for each piece of rows.

    Whole numbers are numbers there, everything else is text, never a formula.
    """
    return _written(title, pieces)


async def _written(title: str, pieces: AsyncIterator[Sequence[Sequence[object]]]) -> AsyncIterator[bytes]:
    out = _Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        for name, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _relation("officeDocument", "xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", _relation("worksheet", "worksheets/sheet1.xml")),
            ("xl/workbook.xml", _book(title)),
        ):
            archive.writestr(name, _HEAD + content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            yield out.taken()
            async for rows in pieces:
                sheet.write(_rows(rows))
                yield out.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield out.taken()


def _relation(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{one}</Relationships>'


def _book(title: str) -> str:
    sheet = f'<sheet name={quoteattr(title)} sheetId="1" r:id="rId1"/>'
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{sheet}</sheets></workbook>'


def _rows(rows: Iterable[Sequence[object]]) -> bytes:
    return "".join([f"<row>{''.join(map(_cell, row))}</row>" for row in rows]).encode()


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    text = escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", str(value)[:LONGEST]))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


class _Pipe:
    """Where an archive is written to: it cannot be rewound, and what was written is taken from it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        """Return what was written since."""
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found
