"""Price lists as CSV files: bytes to rows, every bad row named with its line.

Columns ``direction,prefixes,channel,price`` in any order, comma or semicolon; prefixes are separated by spaces and
may stand in any of a direction's rows. UTF-8 (with or without BOM), UTF-16 with BOM, else windows-1251.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tolmach.core.content import Channel
from tolmach.core.money import Money, parse_money
from tolmach.core.phone import LONGEST
from tolmach.core.sentences import say
from tolmach.store.tariffs import PriceRow

COLUMNS = ("direction", "prefixes", "channel", "price")
LONGEST_NAME = 128
_CHANNELS = {channel.value: channel for channel in Channel}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line (1 is the header)."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """Rows with the lines they came from, and what was wrong; with a fault nothing may be imported."""

    rows: tuple[PriceRow, ...] = ()
    lines: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What has been read so far, for what two rows may not both say."""

    rows: list[PriceRow] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    priced: dict[tuple[str, Channel], int] = field(default_factory=dict)
    owners: dict[str, tuple[str, int]] = field(default_factory=dict)


class _BadRowError(ValueError):
    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read(data: bytes, on_bytes: Callable[[int], None] = lambda _: None) -> PriceList:
    """Read a file; ``on_bytes`` is told how many characters were read since it was told last."""
    try:
        text = _decode(data)
    except UnicodeDecodeError:
        return PriceList(faults=(Fault(1, "the file is neither UTF-8 nor windows-1251 text"),))
    records = _records(text, on_bytes)
    reading = _Reading()
    try:
        _, header = next(records, (1, []))
        places = _places(header)
        for line, cells in records:
            _take(reading, line, cells, places, len(header))
    except _BadRowError as error:
        return PriceList(faults=(Fault(1, error.problem),))
    except csv.Error as error:
        reading.faults.append(Fault(0, say("not a CSV file: %(error)s", error=error)))
    if not reading.rows and not reading.faults:
        reading.faults.append(Fault(1, say("there are no prices")))
    return PriceList(tuple(reading.rows), tuple(reading.lines), tuple(reading.faults))


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1251")


def _records(text: str, on_bytes: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which it starts, cells) of every record that is not blank."""

    def watched() -> Iterator[str]:
        for piece in io.StringIO(text, newline=""):
            on_bytes(len(piece))
            yield piece

    head = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(watched(), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    start = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield start, [cell.strip() for cell in cells]
        start = reader.line_num + 1


def _places(header: Sequence[str]) -> dict[str, int]:
    names = [name.lower() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise _BadRowError(
            say(
                "the header lacks %(missing)s; it is %(columns)s", missing=", ".join(missing), columns=",".join(COLUMNS)
            )
        )
    return {name: names.index(name) for name in COLUMNS}


def _take(reading: _Reading, line: int, cells: Sequence[str], places: dict[str, int], width: int) -> None:
    try:
        if len(cells) != width:
            raise _BadRowError(say("%(count)s fields instead of %(width)s", count=len(cells), width=width))
        direction, prefixes, channel, price = (cells[places[name]] for name in COLUMNS)
        row = PriceRow(_direction(direction), _prefixes(prefixes), _channel(channel), _price(price))
        _check_against(reading, row)
    except _BadRowError as error:
        reading.faults.append(Fault(line, error.problem))
        return
    reading.rows.append(row)
    reading.lines.append(line)
    reading.priced[row.direction, row.channel] = line
    reading.owners.update((prefix, (row.direction, line)) for prefix in row.prefixes)


def _check_against(reading: _Reading, row: PriceRow) -> None:
    """Refuse a second price, and a prefix of two directions."""
    earlier = reading.priced.get((row.direction, row.channel))
    if earlier is not None:
        raise _BadRowError(
            say(
                "%(direction)s has a price for %(channel)s already, on line %(line)s",
                direction=row.direction,
                channel=row.channel.value,
                line=earlier,
            )
        )
    for prefix in row.prefixes:
        owner, line = reading.owners.get(prefix, (row.direction, 0))
        if owner != row.direction:
            raise _BadRowError(
                say(
                    "prefix %(prefix)s belongs to %(owner)s already, on line %(line)s",
                    prefix=prefix,
                    owner=owner,
                    line=line,
                )
            )


def _direction(text: str) -> str:
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise _BadRowError(say("the direction is not 1 to %(longest)s printable characters", longest=LONGEST_NAME))
    return text


def _prefixes(text: str) -> tuple[str, ...]:
    prefixes = tuple(dict.fromkeys(prefix.removeprefix("+") for prefix in text.split()))
    for prefix in prefixes:
        if not (prefix.isascii() and prefix.isdigit()) or len(prefix) > LONGEST or prefix.startswith("0"):
            raise _BadRowError(
                say(
                    "prefix %(prefix)r is not 1 to %(longest)s digits of an international number",
                    prefix=prefix,
                    longest=LONGEST,
                )
            )
    return prefixes


def _channel(text: str) -> Channel:
    channel = _CHANNELS.get(text.lower())
    if channel is None:
        raise _BadRowError(say("channel %(text)r is not one of %(channels)s", text=text, channels=", ".join(_CHANNELS)))
    return channel


def _price(text: str) -> Money:
    try:
        price = parse_money(text)
    except ValueError:
        raise _BadRowError(
            say("price %(text)r is not an amount of money with at most four decimals", text=text)
        ) from None
    if price < 0:
        raise _BadRowError(say("price %(text)s is below zero", text=text))
    return price
