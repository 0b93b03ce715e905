"""Parts: what a carrier calls the parts of a leg, how they fare, and receipts that no part answers to.

On SQLite a carrier's id has one row. On PostgreSQL the table is cut by ranges of message ids, where nothing can keep an
id unique over all of them: there it may have several rows, and `_owners` says whose it is. Receipts come soon, so that
they are looked for among the newest messages first.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Insert, bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects import sqlite

from tolmach.core.ids import STRIDE, AccountId
from tolmach.core.status import Status
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.flavours import POSTGRESQL, SQLITE, flavour
from tolmach.store.legs import STATUSES
from tolmach.store.prepared import Prepared, Row, insertion, one_of
from tolmach.store.schema import orphans, parts


class Part(NamedTuple):
    """One part as its carrier knows it; the fields are the table's columns, in order."""

    link: str
    provider_id: str
    message: int
    step: int
    number: int
    status: Status
    changed_at: int
    account: AccountId = AccountId(0)


class Orphan(NamedTuple):
    """A receipt that no part answers to (yet)."""

    link: str
    provider_id: str
    status: Status
    at: int
    received_at: int
    text_id: str = ""
    tlv_id: str = ""


RECENT: Final = 1_000_000
"""Messages among which a receipt's is looked for first: of two partitions at most."""


def _given_twice(insert: Any) -> Insert:
    """A provider id that a carrier gives twice keeps its owner while that waits for a receipt; carriers whose counters
    start again give it away once it is final. On PostgreSQL both have it: see `_owners`.
    """
    if not isinstance(insert, sqlite.Insert):
        kept: Insert = insert.on_conflict_do_nothing()
        return kept
    changed = ("message_id", "step", "number", "status", "changed_at", "account_id")
    return insert.on_conflict_do_update(
        index_elements=list(parts.primary_key),
        set_={name: insert.excluded[name] for name in changed},
        where=(parts.c.status != literal_column("'sent'")) & (parts.c.message_id != insert.excluded.message_id),
    )


_INSERT = insertion(parts, conflict=_given_twice)
_OF_LINK = parts.c.link == bindparam("link")
_BY_PROVIDER_ID = Prepared(SQLITE.picked(parts, "provider_id", "ids", _OF_LINK))
_LATELY = Prepared(POSTGRESQL.picked(parts, "provider_id", "ids", _OF_LINK, parts.c.message_id >= bindparam("since")))
_EARLIER = Prepared(POSTGRESQL.picked(parts, "provider_id", "ids", _OF_LINK, parts.c.message_id < bindparam("since")))
_OF_MESSAGES = Prepared(
    select(parts).where(one_of(parts.c.message_id, "ids")).order_by(parts.c.message_id, parts.c.step, parts.c.number)
)
_UPDATE = Prepared(
    update(parts)
    .where(
        parts.c.link == bindparam("b_link"),
        parts.c.provider_id == bindparam("b_id"),
        parts.c.message_id == bindparam("b_message"),
    )
    .values(status=bindparam("b_status"), changed_at=bindparam("b_changed"))
)
_SUPERSEDE = Prepared(
    update(parts)
    .where(parts.c.message_id == bindparam("b_message"), parts.c.step == bindparam("b_step"))
    .values(number=-func.abs(parts.c.number))
)
_ANY_ORPHAN = Prepared(select(func.min(orphans.c.id)))
_KEEP_ORPHAN = insertion(orphans, without=("id",))
_ORPHANS = Prepared(
    select(orphans)
    .where(orphans.c.link == bindparam("link"), one_of(orphans.c.provider_id, "ids"))
    .order_by(orphans.c.id)
)
_FORGET_ORPHANS = Prepared(delete(orphans).where(one_of(orphans.c.id, "ids")))


def add(tx: Tx, rows: Sequence[Part]) -> None:
    """Store parts."""
    rows = _without_repeats(rows)
    if rows:
        _INSERT.run_many(
            tx,
            [
                (p.link, p.provider_id, p.message, p.step, p.number, p.status.value, p.changed_at, p.account)
                for p in rows
            ],
        )


def _without_repeats(rows: Sequence[Part]) -> Sequence[Part]:
    """Return each provider id once: a carrier that gives one twice in a batch leaves it to the first message."""
    if len({(part.link, part.provider_id) for part in rows}) == len(rows):
        return rows
    first: dict[tuple[str, str], Part] = {}
    for part in rows:
        first.setdefault((part.link, part.provider_id), part)
    return list(first.values())


def save(tx: Tx, rows: Collection[Part]) -> None:
    """Store new statuses of parts."""
    if rows:
        _UPDATE.run_many(tx, [(p.status.value, p.changed_at, p.link, p.provider_id, p.message) for p in rows])


def supersede(tx: Tx, steps: Collection[tuple[int, int]]) -> None:
    """Mark the parts of (message, step) as those of a link that did not deliver: another link has the step now.

    Their numbers become negative; their receipts are still stored and no longer count.
    """
    if steps:
        _SUPERSEDE.run_many(tx, list(steps))


def by_provider_id(tx: Tx, link: str, ids: Collection[str]) -> Mapping[str, Part]:
    """Return the parts that a link knows by these ids."""
    if not flavour(tx).cuts_tables:
        return {row[1]: _part(row) for row in _BY_PROVIDER_ID.all(tx, link=link, ids=list(ids))}
    since = (counters.value(tx, counters.MESSAGES) - RECENT) * STRIDE
    found = _owners(_LATELY.all(tx, link=link, ids=list(set(ids)), since=since))
    missing = [id_ for id_ in set(ids) if id_ not in found]
    if missing and since > 0:
        found |= _owners(_EARLIER.all(tx, link=link, ids=missing, since=since))
    return found


def _owners(rows: Sequence[Row]) -> dict[str, Part]:
    """Return whose each id is: of the oldest message that waits for a receipt; when none does, of the newest."""
    found: dict[str, Part] = {}
    for part in sorted(map(_part, rows), key=lambda part: part.message):
        owner = found.get(part.provider_id)
        if owner is None or owner.status is not Status.SENT:
            found[part.provider_id] = part
    return found


def of_messages(tx: Tx, ids: Collection[int]) -> Mapping[int, list[Part]]:
    """Return the parts of messages, in order of steps and parts."""
    found: dict[int, list[Part]] = {}
    if ids:
        for row in _OF_MESSAGES.all(tx, ids=list(ids)):
            found.setdefault(row[2], []).append(_part(row))
    return found


def once_locked(tx: Tx, known: dict[tuple[str, str], Part]) -> dict[tuple[str, str], Part]:
    """Return parts by link and provider id as they are now that their messages are locked."""
    if not flavour(tx).locks_rows:
        return known  # nobody else writes
    fresh: dict[tuple[str, str], Part] = {}
    for link in {link for link, _ in known}:
        ids = [id_ for of, id_ in known if of == link]
        fresh.update(((link, id_), part) for id_, part in by_provider_id(tx, link, ids).items())
    return fresh


def expect_receipts(tx: Tx, links: Collection[str]) -> None:
    """Say, before anything else is locked, that parts of links are about to be stored: see `await_answers`."""
    for link in sorted(links):
        flavour(tx).lock(tx, f"receipts of {link}", shared=True)


def await_answers(tx: Tx, links: Collection[str]) -> bool:
    """Wait for those who are storing parts of links, and keep others from it; return whether anybody could.

    Without it a receipt and the answer that names its message could be stored side by side, neither seeing the other.
    """
    return all(flavour(tx).lock(tx, f"receipts of {link}") for link in sorted(links))


def keep_orphans(tx: Tx, rows: Sequence[Orphan]) -> None:
    """Keep receipts that nothing answers to."""
    if rows:
        _KEEP_ORPHAN.run_many(
            tx, [(o.link, o.provider_id, o.status.value, o.at, o.received_at, o.text_id, o.tlv_id) for o in rows]
        )


def take_orphans(tx: Tx, link: str, ids: Collection[str]) -> Sequence[Orphan]:
    """Return and forget the kept receipts for these ids, oldest first."""
    if not ids or _ANY_ORPHAN.scalar(tx) is None:
        return ()
    found = _ORPHANS.all(tx, link=link, ids=list(ids))
    if found:
        _FORGET_ORPHANS.run(tx, ids=[row[0] for row in found])
    return [_orphan(row) for row in found]


def _orphan(row: Row) -> Orphan:
    return Orphan(row[1], row[2], STATUSES[row[3]], *row[4:8])


def _part(row: Row) -> Part:
    return Part(row[0], row[1], row[2], row[3], row[4], STATUSES[row[5]], row[6], AccountId(row[7]))
