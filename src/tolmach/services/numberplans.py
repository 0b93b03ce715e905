"""Files of the numbering plan and of ported numbers: bytes to the tables of `tolmach.core.numbering`.

The registry publishes a file per first digit of the code (ABC-3xx, ABC-4xx, ABC-8xx, DEF-9xx), with semicolons:

    АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН
    961;2242000;2242499;500;ПАО "Вымпел-Коммуникации";Новосибирская область;...

Only the first six columns count; the header may be missing. Ported numbers are ``number;operator``. UTF-8 (with or
without BOM), else windows-1251. A bad row is left out and named; the other rows count.
"""

import csv
import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tolmach.core.numbering import Ported, Ranges
from tolmach.core.phone import normalise

COUNTRY: Final = 70_000_000_000  # +7
NAMED_FAULTS: Final = 1000  # further ones are only counted
LONGEST_NAME: Final = 255
_STEP = 5000  # rows between two words to the progress bar
_QUOTED = re.compile(r'[^"«]*["«]\s*(.+?)\s*["»]\s*')
_SPACES = re.compile(r"\s+")
_DIGITS = re.compile(r"[0-9]+")

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line (from 1) of a file."""

    file: str
    line: int
    problem: str


class BadRowError(ValueError):
    """A row that makes no sense; the text says why."""


@dataclass(slots=True)
class Faults:
    """The first faults, and how many there are."""

    count: int = 0
    named: list[Fault] = field(default_factory=list)

    def add(self, file: str, line: int, problem: str) -> None:
        """Count a fault."""
        self.count += 1
        if len(self.named) < NAMED_FAULTS:
            self.named.append(Fault(file, line, problem))


@dataclass(slots=True)
class PlanReading:
    """Collects the ranges of several files; `ranges` puts them in order."""

    faults: Faults = field(default_factory=Faults)
    files: list[str] = field(default_factory=list)
    _firsts: "array[int]" = field(default_factory=lambda: array("q"))
    _spans: "array[int]" = field(default_factory=lambda: array("I"))
    _owners: "array[int]" = field(default_factory=lambda: array("I"))
    _places: "array[int]" = field(default_factory=lambda: array("I"))
    _lines: "array[int]" = field(default_factory=lambda: array("I"))
    _starts: list[int] = field(default_factory=list)  # of each file, in the arrays
    _operators: dict[str, int] = field(default_factory=dict)
    _regions: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many good rows were read."""
        return len(self._firsts)

    def read(self, name: str, data: bytes, advance: Advance = lambda _: None) -> None:
        """Read a file; ``advance`` is told how many lines were read since it was told last."""
        self.files.append(name)
        self._starts.append(len(self._firsts))
        _each(name, data, self._take, self.faults, advance)

    def _take(self, cells: Sequence[str], line: int) -> None:
        if len(cells) < 6:
            raise BadRowError(f"{len(cells)} fields; code, from, to, capacity, operator and region are needed")
        code, start, end = cells[0].strip(), cells[1].strip(), cells[2].strip()
        if not (len(code) == 3 and _DIGITS.fullmatch(code)):
            raise BadRowError(f"code {code!r} is not three digits")
        first, last = _subscriber(start), _subscriber(end)
        if first > last:
            raise BadRowError(f"the range ends at {last}, before it begins at {first}")
        operator, region = operator_name(cells[4]), _name("region", cells[5])
        self._firsts.append(COUNTRY + int(code) * 10_000_000 + first)
        self._spans.append(last - first)
        self._owners.append(self._operators.setdefault(operator, len(self._operators)))
        self._places.append(self._regions.setdefault(region, len(self._regions)))
        self._lines.append(line)

    def ranges(self) -> Ranges:
        """Return the ranges in order; one that overlaps another, which began before it, is left out and named."""
        order = sorted(range(len(self._firsts)), key=self._firsts.__getitem__)
        kept: array[int] = array("I")
        free, before = 0, 0
        for at in order:
            if self._firsts[at] < free:
                file, line = self._place(before)
                self.faults.add(*self._place(at), f"the range overlaps that of {file} line {line}")
                continue
            kept.append(at)
            free, before = self._firsts[at] + self._spans[at] + 1, at
        columns = (self._firsts, self._spans, self._owners, self._places)
        firsts, spans, owners, places = (array(column.typecode, [column[at] for at in kept]) for column in columns)
        return Ranges(firsts, spans, owners, places, tuple(self._operators), tuple(self._regions))

    def _place(self, at: int) -> tuple[str, int]:
        file = max(number for number, start in enumerate(self._starts) if start <= at)
        return self.files[file], self._lines[at]


@dataclass(slots=True)
class PortedReading:
    """Collects ported numbers of several files; `ported` puts them in order."""

    faults: Faults = field(default_factory=Faults)
    files: list[str] = field(default_factory=list)
    _numbers: "array[int]" = field(default_factory=lambda: array("q"))
    _owners: "array[int]" = field(default_factory=lambda: array("I"))
    _operators: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many good rows were read."""
        return len(self._numbers)

    def read(self, name: str, data: bytes, advance: Advance = lambda _: None) -> None:
        """Read a file; ``advance`` is told how many lines were read since it was told last."""
        self.files.append(name)
        _each(name, data, self._take, self.faults, advance)

    def _take(self, cells: Sequence[str], _line: int) -> None:
        if len(cells) < 2:
            raise BadRowError("not number;operator")
        number = normalise(cells[0].strip())
        if not number.isdecimal():  # a `Rejection`
            raise BadRowError(f"{cells[0].strip()!r} is no number that can be written to")
        operator = operator_name(cells[1])
        self._numbers.append(int(number))
        self._owners.append(self._operators.setdefault(operator, len(self._operators)))

    def ported(self) -> Ported:
        """Return the numbers in order; of several rows of a number the last counts."""
        order = sorted(range(len(self._numbers)), key=self._numbers.__getitem__)
        numbers, owners = array("q"), array("I")
        for at in order:
            if numbers and numbers[-1] == self._numbers[at]:
                owners[-1] = self._owners[at]
                continue
            numbers.append(self._numbers[at])
            owners.append(self._owners[at])
        return Ported(numbers, owners, tuple(self._operators))


@lru_cache(maxsize=8192)
def operator_name(written: str) -> str:
    """Return an operator without its legal form: ``ПАО "МегаФон"`` is МегаФон."""
    name = _name("operator", written)
    quoted = _QUOTED.fullmatch(name)
    return quoted[1] if quoted else name


@lru_cache(maxsize=8192)
def _name(what: str, written: str) -> str:
    name = _SPACES.sub(" ", written).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadRowError(f"the {what} is not 1 to {LONGEST_NAME} printable characters")
    return name


def _subscriber(text: str) -> int:
    if not (_DIGITS.fullmatch(text) and len(text) <= 7):
        raise BadRowError(f"{text!r} is not up to seven digits")
    return int(text)


def _each(name: str, data: bytes, take: Callable[[Sequence[str], int], None], faults: Faults, advance: Advance) -> None:
    """Give every row of a file to ``take``; a first row without digits at its start is the header."""
    told = 0
    for line, text in enumerate(_decoded(data).split("\n"), 1):
        try:
            cells = _cells(text)
            if cells and not (line == 1 and not _DIGITS.search(cells[0])):
                take(cells, line)
        except BadRowError as error:
            faults.add(name, line, str(error))
        if line - told >= _STEP:
            advance(line - told)
            told = line
    advance(line - told)


def _cells(text: str) -> Sequence[str]:
    """Cut a row. Quotes inside a field are its own; around a field they are the format's."""
    text = text.rstrip("\r")
    if not text.strip():
        return ()
    if '"' not in text or not (text[0] == '"' or ';"' in text):
        return text.split(";")
    try:
        return next(csv.reader((text,), delimiter=";"))
    except csv.Error as error:
        raise BadRowError(f"not a row of a CSV file: {error}") from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1251", "replace")
