"""Stop lists as an operator keeps them: the global one, and one per account."""

from collections.abc import Sequence
from datetime import datetime

from tolmach.core.commands.installation import EditEverybodysStops, ListEverybodysStops
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.phone import beginning, normalise
from tolmach.core.rejections import Rejection
from tolmach.core.results.installation import StopRow, StopsPage
from tolmach.core.sentences import say
from tolmach.services import accounts
from tolmach.services.administration import BadValueError
from tolmach.store import stops
from tolmach.store.database import Tx

PAGE = 100


def read_numbers(written: Sequence[str]) -> list[str]:
    """Return international digits, each once; BadValueError names every entry that is no number."""
    numbers = {text: normalise(text) for text in written}
    bad = [text for text, number in numbers.items() if isinstance(number, Rejection)]
    if bad:
        shown = ", ".join(repr(text) for text in bad[:5]) + (f" and {len(bad) - 5} more" if len(bad) > 5 else "")
        raise BadValueError(say("no number that can be written to: %(shown)s", shown=shown))
    return list(dict.fromkeys(str(number) for number in numbers.values()))


def add(tx: Tx, login: str | None, numbers: Sequence[str], now: datetime) -> int:
    """Put numbers on a list (None: the global one); return how many were new; NotFoundError."""
    return stops.add(tx, _list(tx, login), numbers, to_ms(now))


def remove(tx: Tx, login: str | None, numbers: Sequence[str], now: datetime) -> int:
    """Take numbers off a list; return how many were on it; NotFoundError."""
    return stops.remove(tx, _list(tx, login), numbers, to_ms(now))


def listing(tx: Tx, login: str | None) -> Sequence[str]:
    """Return a list in order; NotFoundError."""
    return stops.of_account(tx, _list(tx, login))


# --- on the desk


def page(tx: Tx, command: ListEverybodysStops, _now: datetime) -> StopsPage:
    """Return a page of everybody's list."""
    prefix = beginning(command.prefix)
    found = stops.page(tx, stops.EVERYBODY, prefix, command.after, PAGE + 1)
    rows = [StopRow(phone, from_ms(since)) for phone, since in found[:PAGE]]
    return StopsPage(rows, stops.count(tx, stops.EVERYBODY), rows[-1].phone if len(found) > PAGE else "")


def edit(tx: Tx, command: EditEverybodysStops, now: datetime) -> int:
    """Change everybody's list; return how many numbers that concerned; BadValueError."""
    numbers = read_numbers(command.numbers)
    return remove(tx, None, numbers, now) if command.removes else add(tx, None, numbers, now)


def _list(tx: Tx, login: str | None) -> int:
    return stops.EVERYBODY if login is None else accounts.find(tx, login).id
