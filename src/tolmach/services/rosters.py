"""Rosters: subscribers in files. Records to edits, every bad one named with its line; and subscribers to records.

The first record names the columns, in Russian or English. An empty cell says nothing. A cell that a spreadsheet would
take for a formula is written with an apostrophe before it, which is taken off again when it is read.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO, Final

from tolmach.core.bases import ADDITIONS, Subscriber, read_day, read_field
from tolmach.core.commands import PutSubscriber
from tolmach.core.phone import normalise
from tolmach.core.rejections import Rejection
from tolmach.core.sentences import say
from tolmach.services.administration import BadValueError
from tolmach.services.explanations import REJECTIONS
from tolmach.services.sheets import BrokenError, Record, open_sheet

COLUMNS: Final = ("phone", "surname", "name", "patronymic", "date_birth", "gender", "region", "operator", *ADDITIONS)
PHONE, FULL_NAME = "phone", "full name"
_FIELD_OF: Final = {"date_birth": "born"}
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")  # perhaps made harmless already
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
    """An open file of subscribers: its columns are known, its records are read one by one.

    ``header`` is its first record, ``fields`` what each column is taken for (None: nothing).
    """

    def __init__(
        self,
        stream: IO[bytes],
        on_read: Callable[[int], None] = lambda _: None,
        fields: Sequence[str | None] | None = None,
    ) -> None:
        """Read the header; ``fields`` says what the columns are instead of it. ``on_read``: see `open_sheet`.

        BadValueError.
        """
        self.sheet = open_sheet(stream, on_read)
        self._records = self.sheet.records()
        first = next(self._records, Record(1, []))
        self.header = first.cells
        self._pending: list[Record] = []
        self.is_bare = _is_bare(first.cells)
        if self.is_bare:
            self._pending.append(first)  # nothing but numbers, without a header
        self.fields = list(fields) if fields is not None else recognised(first.cells)
        check(self.fields)

    @property
    def unused(self) -> list[str]:
        """The names of columns that say nothing."""
        named = zip(self.header, self.fields, strict=False)
        return [name for name, field in named if field is None and name.strip()]

    def __iter__(self) -> Iterator[PutSubscriber | BadRecord]:
        """Yield an edit or what is wrong for every record that is not blank."""
        try:
            for line, cells in chain(self._pending, self._records):
                yield self._read(line, cells)
        except BrokenError as error:
            yield BadRecord(error.line, error.args[0], ())

    def _read(self, line: int, cells: list[str]) -> PutSubscriber | BadRecord:
        if len(cells) > len(self.fields) and any(cell.strip() for cell in cells[len(self.fields) :]):
            text = say("%(count)s fields instead of %(expected)s", count=len(cells), expected=len(self.fields))
            return BadRecord(line, text, cells)
        try:
            return _edit(dict(zip(self.fields, map(_plain, cells), strict=False)))
        except ValueError as error:
            return BadRecord(line, error.args[0], cells)


def recognised(header: Sequence[str]) -> list[str | None]:
    """Return the fields that columns of these names are; one column that is a number needs no name."""
    if _is_bare(header):
        return [PHONE]
    return [_FIELDS.get(_SPACES.sub("", name.lower().replace("ё", "е"))) for name in header]


def check(fields: Sequence[str | None]) -> None:
    """Raise BadValueError when columns cannot be these fields."""
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
        raise BadValueError(say("two columns are called %(names)s", names=", ".join(sorted(twice))))


def _is_bare(header: Sequence[str]) -> bool:
    return len(header) == 1 and header[0].strip() != "" and not isinstance(normalise(header[0]), Rejection)


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
