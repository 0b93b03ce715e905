"""Subscribers of bases. In a base they stand at places 0 .. size - 1 without a gap, so that any page is found at once.

Who goes leaves a hole, which is filled by a newcomer or by the last in the row.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, func, select, update

from tolmach.core.bases import Subscriber, birthday
from tolmach.core.ids import AccountId
from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared, Row, insertion, one_of
from tolmach.store.schema import greetings, subscribers

CHUNK = 5_000
_VALUES = [subscribers.c[name] for name in Subscriber._fields]
_BASE = subscribers.c.base_id == bindparam("base")

_AMONG = Prepared(select(subscribers.c.place, *_VALUES).where(_BASE, one_of(subscribers.c.phone, "phones")))
_RANGE = Prepared(
    select(*_VALUES)
    .where(_BASE, subscribers.c.place >= bindparam("first"), subscribers.c.place < bindparam("end"))
    .order_by(subscribers.c.place)
)
_SINCE = (_BASE, subscribers.c.changed_at >= bindparam("since"))
_COUNT_SINCE = Prepared(select(func.count()).select_from(subscribers).where(*_SINCE))
_OLDEST = Prepared(select(func.min(subscribers.c.changed_at)).where(_BASE))
_PLACES_SINCE = Prepared(  # answered by the index alone, and so walks quickly over the pages before
    select(subscribers.c.place)
    .where(*_SINCE)
    .order_by(subscribers.c.changed_at, subscribers.c.place)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_AT = Prepared(select(subscribers.c.place, *_VALUES).where(_BASE, one_of(subscribers.c.place, "places")))
_CELEBRATING = Prepared(
    select(subscribers.c.phone, subscribers.c.region)
    .where(
        _BASE,
        one_of(subscribers.c.birthday, "days"),
        ~select(greetings.c.phone)
        .where(
            greetings.c.base_id == subscribers.c.base_id,
            greetings.c.year == bindparam("year"),
            greetings.c.phone == subscribers.c.phone,
        )
        .exists(),
    )
    .order_by(subscribers.c.birthday, subscribers.c.phone)
)
_INSERT = insertion(subscribers)
_CHANGE = Prepared(
    update(subscribers)
    .where(subscribers.c.base_id == bindparam("b_base"), subscribers.c.place == bindparam("b_place"))
    .values({name: bindparam(name) for name in (*Subscriber._fields[1:], "birthday")})
)
_MOVE = Prepared(
    update(subscribers)
    .where(subscribers.c.base_id == bindparam("b_base"), subscribers.c.place == bindparam("b_from"))
    .values(place=bindparam("b_to"))
)
_DELETE = Prepared(delete(subscribers).where(_BASE, one_of(subscribers.c.place, "places")))


Known = Mapping[str, tuple[int, Subscriber]]
"""Subscribers by number, with their places."""


@dataclass(slots=True)
class Edits:
    """What to write in a base: newcomers, changed ones with their places, and the places of those who go."""

    new: list[Subscriber] = field(default_factory=list)
    changed: list[tuple[int, Subscriber]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


def among(tx: Tx, base: int, phones: Collection[str]) -> Known:
    """Return the subscribers of these numbers with their places."""
    return {row[1]: (row[0], Subscriber._make(row[1:])) for row in _AMONG.all(tx, base=base, phones=list(phones))}


def write(tx: Tx, base: int, size: int, edits: Edits, account: AccountId) -> int:
    """Carry edits out in an account's base of ``size`` subscribers, in four statements at most; return the new size."""
    gone = sorted(edits.gone)
    reused, holes = gone[: len(edits.new)], gone[len(edits.new) :]
    places = [*reused, *range(size, size + len(edits.new) - len(reused))]
    left = size + len(edits.new) - len(gone)
    if gone:
        _DELETE.run(tx, base=base, places=gone)
    if edits.changed:
        _CHANGE.run_many(tx, _changes(tx, base, edits.changed))
    if holes:
        moves = _moves(base, holes, range(left, size))
        assert _MOVE.names(tx) == ("b_to", "b_base", "b_from")
        _MOVE.run_many(tx, moves)
    if edits.new:
        _INSERT.run_many(tx, (_row(base, place, one, account) for place, one in zip(places, edits.new, strict=True)))
    return left


def page(tx: Tx, base: int, first: int, count: int) -> Sequence[Subscriber]:
    """Return the subscribers from a place on."""
    return [Subscriber._make(row) for row in _RANGE.all(tx, base=base, first=first, end=first + count)]


def changed_since(tx: Tx, base: int, since_ms: int) -> int:
    """Return how many changed at or after a moment."""
    count: int = _COUNT_SINCE.scalar(tx, base=base, since=since_ms)
    return count


def oldest_change(tx: Tx, base: int) -> int | None:
    """Return when the one changed that has been left alone longest."""
    moment: int | None = _OLDEST.scalar(tx, base=base)
    return moment


def page_since(tx: Tx, base: int, since_ms: int, first: int, count: int) -> Sequence[Subscriber]:
    """Return those that changed at or after a moment, oldest change first, without the ``first`` ones."""
    places = [row[0] for row in _PLACES_SINCE.all(tx, base=base, since=since_ms, limit=count, offset=first)]
    if not places:
        return []
    found = {row[0]: Subscriber._make(row[1:]) for row in _AT.all(tx, base=base, places=places)}
    return [found[place] for place in places]  # ordered here: asked to sort, SQLite would walk the index of changes


def everyone(tx: Tx, base: int, size: int) -> Iterator[Sequence[Subscriber]]:
    """Yield all subscribers, piece by piece."""
    for first in range(0, size, CHUNK):
        yield page(tx, base, first, CHUNK)


def celebrating(tx: Tx, base: int, days: Sequence[int], year: int) -> Sequence[tuple[str, str]]:
    """Return number and region of those whose birthday is one of these and who were not greeted for that year."""
    return [(row[0], row[1]) for row in _CELEBRATING.all(tx, base=base, days=list(days), year=year)]


def purge(tx: Tx, base: int, most: int) -> int:
    """Take away subscribers of a deleted base; return how many."""
    last = tx.execute(select(func.max(subscribers.c.place)).where(subscribers.c.base_id == base)).scalar_one()
    if last is None:
        return 0
    chosen = delete(subscribers).where(subscribers.c.base_id == base, subscribers.c.place > last - most)
    return tx.execute(chosen).rowcount


def _changes(tx: Tx, base: int, changed: Iterable[tuple[int, Subscriber]]) -> Iterator[Row]:
    names = _CHANGE.names(tx)
    for place, one in changed:
        values = {**one._asdict(), "birthday": birthday(one.born), "b_base": base, "b_place": place}
        yield tuple(values[name] for name in names)


def _moves(base: int, holes: Sequence[int], tail: range) -> list[Row]:
    """Fill holes below the tail with those who stand in it."""
    empty = set(holes)
    staying = (place for place in tail if place not in empty)
    return [(hole, base, place) for hole, place in zip([h for h in holes if h < tail.start], staying, strict=True)]


def _row(base: int, place: int, one: Subscriber, account: AccountId) -> Row:
    return (base, place, *one[:7], birthday(one.born), *one[7:], account)
