"""Rosters: subscribers in CSV files. Records to edits, every bad one named with its line; and subscribers to records.

The first record names the columns, in Russian or English. Comma, semicolon, tab or bar; UTF-8 (with or without BOM),
UTF-16 with BOM, else windows-1251. An empty cell says nothing. A cell that a spreadsheet would take for a formula is
written with an apostrophe before it, which is taken off again when it is read.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from tolmach.core.bases import ADDITIONS, Subscriber, read_day, read_field
from tolmach.core.commands import PutSubscriber
from tolmach.core.phone import normalise
from tolmach.core.rejections import Rejection
from tolmach.core.sentences import say
from tolmach.services.administration import BadValueError
from tolmach.services.explanations import REJECTIONS

COLUMNS: Final = ("phone", "surname", "name", "patronymic", "date_birth", "gender", "region", "operator", *ADDITIONS)
PHONE, FULL_NAME = "phone", "full name"
_FIELD_OF: Final = {"date_birth": "born"}
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")  # perhaps made harmless already
_PIECE: Final = 1 << 20
_SPACES: Final = re.compile(r"[\W_]+")
_WORDS: Final = {
    PHONE: "phone телефон номер номертелефона мобильный мобильныйтелефон сотовый тел number phonenumber mobile msisdn "
    "абонент",
    FULL_NAME: "фио fullname",
    "surname": "surname фамилия lastname",
    "name": "name имя firstname",
    "patronymic": "patronymic отчество middlename",
    "born": "datebirth birthdate dateofbirth birthday born датарождения деньрождения др",
    "gender": "gender sex male пол",
    "region": "region регион область",
    "operator": "operator carrier оператор",
    **{
        name: f"{name} addition{number} дополнительноеполе{number} дополнительно{number} доп{number} поле{number}"
        for number, name in enumerate(ADDITIONS, 1)
    },
}
_FIELDS: Final = {_SPACES.sub("", word): field for field, words in _WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that is left out; ``line`` is the one on which it starts (1 is the header)."""

    line: int
    reason: str
    cells: Sequence[str]


class Roster:
    """An open file: its columns are known, its records are read one by one."""

    def __init__(self, stream: IO[bytes], on_bytes: Callable[[int], None] = lambda _: None) -> None:
        """Read the header; ``stream`` can be rewound, ``on_bytes`` is told how much was read. BadValueError."""
        self.encoding = detect_encoding(stream)
        text = io.TextIOWrapper(io.BufferedReader(_Watched(stream, on_bytes)), self.encoding, newline="")
        self._text = text
        head, self._skipped = _first_line(text)
        self.delimiter = max(";,\t|", key=head.count) if any(mark in head for mark in ";,\t|") else ","
        self._records = csv.reader(_chained(head, text), delimiter=self.delimiter, strict=True)
        self.unused: list[str] = []
        self._pending: list[tuple[int, list[str]]] = []
        self._fields = self._columns(self._next() or [])

    def __iter__(self) -> Iterator[PutSubscriber | BadRecord]:
        """Yield an edit or what is wrong for every record that is not blank."""
        for line, cells in self._pending:
            yield self._read(line, cells)
        while True:
            line = self._skipped + self._records.line_num + 1
            try:
                record = self._next()
            except BadValueError as error:
                yield BadRecord(line, str(error), ())
                return
            if record is None:
                return
            if any(cell.strip() for cell in record):
                yield self._read(line, record)

    def _next(self) -> list[str] | None:
        try:
            return next(self._records, None)
        except (csv.Error, UnicodeError) as error:
            raise BadValueError(say("not a CSV file: %(error)s", error=error)) from None

    def _columns(self, header: list[str]) -> list[str | None]:
        fields = [_FIELDS.get(_SPACES.sub("", name.lower().replace("ё", "е"))) for name in header]
        if PHONE not in fields and len(header) == 1 and not isinstance(normalise(header[0]), Rejection):
            self._pending.append((self._skipped + 1, header))  # nothing but numbers, without a header
            return [PHONE]
        if fields.count(PHONE) != 1:
            raise BadValueError(
                say(
                    "the first line does not name one column of numbers; the columns are %(known)s",
                    known=",".join(COLUMNS),
                )
            )
        named = [field for field in fields if field is not None]
        twice = {field for field in named if named.count(field) > 1}
        if twice:
            raise BadValueError(say("two columns are called %(known)s", known=", ".join(sorted(twice))))
        self.unused = [name for name, field in zip(header, fields, strict=True) if field is None and name.strip()]
        return list(fields)

    def _read(self, line: int, cells: list[str]) -> PutSubscriber | BadRecord:
        if len(cells) > len(self._fields) and any(cell.strip() for cell in cells[len(self._fields) :]):
            return BadRecord(line, f"{len(cells)} fields instead of {len(self._fields)}", cells)
        try:
            return _edit(dict(zip(self._fields, map(_plain, cells), strict=False)))
        except ValueError as error:
            return BadRecord(line, error.args[0], cells)


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


def record(one: Subscriber) -> list[str]:
    """Return a subscriber's cells in the order of `COLUMNS`."""
    values = one._asdict()
    return [safe(values[_FIELD_OF.get(name, name)]) for name in COLUMNS]


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def _edit(cells: dict[str | None, str]) -> PutSubscriber:
    phone = normalise(cells.pop(PHONE, ""))
    if isinstance(phone, Rejection):
        raise ValueError(REJECTIONS[phone])
    full_name = cells.pop(FULL_NAME, "").split(maxsplit=2)
    fields = dict(zip(("surname", "name", "patronymic"), full_name, strict=False))
    for name, text in cells.items():
        if name is not None and text.strip():
            fields[name] = read_day(text) if name == "born" else read_field(name, text)
    return PutSubscriber(phone, fields)


def _first_line(text: IO[str]) -> tuple[str, int]:
    """Return the first line that is not blank, and how many were; a file of nothing but blank lines has none."""
    try:
        for skipped, line in enumerate(iter(text.readline, "")):
            if line.strip():
                return line, skipped
    except UnicodeError as error:
        raise BadValueError(say("not a CSV file: %(error)s", error=error)) from None
    raise BadValueError(say("the file is empty"))


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
