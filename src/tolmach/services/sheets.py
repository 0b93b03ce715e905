"""Sheets: files of records as people have them, CSV and XLSX, read record by record whatever their size.

CSV: comma, semicolon, tab or bar; UTF-8 (with or without BOM), UTF-16 with BOM, else windows-1251. XLSX: the first
worksheet, as its cells were last calculated.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import IO, Any, Final, NamedTuple, Protocol

from tolmach.core.sentences import say
from tolmach.services.administration import BadValueError

XLSX: Final = b"PK\x03\x04"
LARGEST_WORKBOOK: Final = 512 * 1024 * 1024
"""Bytes that the pieces of a workbook may have unpacked: a small file can hide gigabytes."""

MOST_PIECES: Final = 1_000
MOST_CELLS: Final = 200
"""Cells of a record that are read."""

_PIECE: Final = 1 << 20


class Record(NamedTuple):
    """A record; ``line`` is the one on which it starts, from 1."""

    line: int
    cells: list[str]


class Sheet(Protocol):
    """An open file. ``encoding`` and ``delimiter`` are "" for a workbook; ``total`` is what ``on_read`` counts to."""

    encoding: str
    delimiter: str
    total: int

    def records(self) -> Iterator[Record]:
        """Yield every record that is not blank, the header too; BadValueError where it cannot go on."""
        ...


def open_sheet(stream: IO[bytes], on_read: Callable[[int], None] = lambda _: None) -> Sheet:
    """Open a file that can be rewound; ``on_read`` is told how much more was read. BadValueError."""
    stream.seek(0)
    workbook = stream.read(len(XLSX)) == XLSX
    stream.seek(0)
    return Workbook(stream, on_read) if workbook else Csv(stream, on_read)


class Csv:
    """A CSV file; ``total`` is its size in bytes."""

    def __init__(self, stream: IO[bytes], on_read: Callable[[int], None]) -> None:
        self.total = stream.seek(0, io.SEEK_END)
        self.encoding = detect_encoding(stream)
        text = io.TextIOWrapper(io.BufferedReader(_Watched(stream, on_read)), self.encoding, newline="")
        self._text = text  # it closes what it wraps when it goes
        head, self._skipped = _first_line(text)
        self.delimiter = max(";,\t|", key=head.count) if any(mark in head for mark in ";,\t|") else ","
        self._reader = csv.reader(_chained(head, text), delimiter=self.delimiter, strict=True)

    def records(self) -> Iterator[Record]:
        """Yield the records."""
        while True:
            line = self._skipped + self._reader.line_num + 1
            try:
                cells = next(self._reader, None)
            except (csv.Error, UnicodeError) as error:
                raise BrokenError(line, _no_csv(error)) from None
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield Record(line, cells)


class Workbook:
    """An XLSX file; ``total`` is the number of its rows, 0 where the file does not tell."""

    encoding = delimiter = ""

    def __init__(self, stream: IO[bytes], on_read: Callable[[int], None]) -> None:
        from openpyxl import load_workbook  # noqa: PLC0415 - it is slow to import, and few read workbooks

        self._on_read = on_read
        try:
            _check_size(stream)
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            self._sheet = book.worksheets[0]
            self.total = self._sheet.max_row or 0
            self._sheet.reset_dimensions()  # some programs write them wrong, and rows would be cut off
        except BadValueError:
            raise
        except Exception as error:  # the library lets through whatever its parsers raise
            raise BadValueError(_no_workbook(error)) from None

    def records(self) -> Iterator[Record]:
        """Yield the records."""
        rows, line = self._sheet.iter_rows(values_only=True), 0
        while True:
            line += 1
            try:
                values = next(rows, None)
            except Exception as error:  # as above
                raise BrokenError(line, _no_workbook(error)) from None
            if values is None:
                return
            self._on_read(1)
            cells = [_written(value) for value in values[:MOST_CELLS]]
            while cells and not cells[-1].strip():
                cells.pop()  # the library fills rows up to the longest
            if cells:
                yield Record(line, cells)


class BrokenError(BadValueError):
    """A file that cannot be read further from a line on."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def detect_encoding(stream: IO[bytes]) -> str:
    """Return the encoding of a file that can be rewound, and rewind it."""
    stream.seek(0)
    head = stream.read(2)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        stream.seek(0)
        return "utf-16"
    decoder, piece, found = codecs.getincrementaldecoder("utf-8-sig")(), head, "utf-8-sig"
    try:
        while piece:
            decoder.decode(piece)
            piece = stream.read(_PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        found = "windows-1251"
    stream.seek(0)
    return found


def _check_size(stream: IO[bytes]) -> None:
    pieces = zipfile.ZipFile(stream).infolist()
    if len(pieces) > MOST_PIECES or sum(one.file_size for one in pieces) > LARGEST_WORKBOOK:
        raise BadValueError(say("the workbook is too large"))


def _written(value: Any) -> str:
    """Return a cell as text: a number of a phone is a number to a spreadsheet, and a birth date a moment."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


def _first_line(text: IO[str]) -> tuple[str, int]:
    """Return the first line that is not blank, and how many were; a file of nothing but blank lines has none."""
    try:
        for skipped, line in enumerate(iter(text.readline, "")):
            if line.strip():
                return line, skipped
    except UnicodeError as error:
        raise BadValueError(_no_csv(error)) from None
    raise BadValueError(say("the file is empty"))


def _no_csv(error: Exception) -> str:
    return say("not a CSV file: %(error)s", error=str(error))


def _no_workbook(error: Exception) -> str:
    return say("not an XLSX file: %(error)s", error=str(error)[:200] or type(error).__name__)


def _chained(head: str, rest: Iterator[str]) -> Iterator[str]:
    yield head
    yield from rest


class _Watched(io.RawIOBase):
    """A stream that tells how much of it was read."""

    def __init__(self, stream: IO[bytes], on_bytes: Callable[[int], None]) -> None:
        self._stream = stream
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._on_bytes(len(data))
        return len(data)
