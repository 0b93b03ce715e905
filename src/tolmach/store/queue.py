"""The queue: one row per live message that says what must happen next, and when.

A claim is a lease: it moves ``due_at`` ahead, so the row of a worker that died becomes due again by itself. Such a
row is marked uncertain: its step may have reached the carrier.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, literal_column, or_, select, update

from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared, Row, insertion, one_of
from tolmach.store.schema import queue


class Kind(IntEnum):
    """What must happen when a row is due."""

    SUBMIT = 0
    GIVE_UP = 1
    MODERATE = 2  # wait for a moderator; due is when that has lasted too long


class Entry(NamedTuple):
    """A message's next duty; the fields are the table's columns, in order. ``attempts`` counts claims of this step."""

    message: int
    kind: Kind
    due_at: int
    step: int
    expires_at: int
    attempts: int = 0
    claimed_by: str = ""
    uncertain: bool = False


_INSERT = insertion(queue)
_BY_IDS = Prepared(select(queue).where(one_of(queue.c.message_id, "ids")))
_NEXT_DUE = Prepared(select(func.min(queue.c.due_at)).where(queue.c.kind == bindparam("kind")))
_REMOVE = Prepared(delete(queue).where(one_of(queue.c.message_id, "ids")))
_CLAIM = Prepared(
    update(queue)
    .where(
        queue.c.message_id.in_(
            select(queue.c.message_id)
            .where(queue.c.kind == bindparam("of_kind"), queue.c.due_at <= bindparam("now"))
            .order_by(queue.c.due_at)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(
        due_at=bindparam("lease"),
        claimed_by=bindparam("worker"),
        attempts=queue.c.attempts + literal_column("1"),
        uncertain=or_(queue.c.uncertain, queue.c.claimed_by != literal_column("''")),
    )
    .returning(*queue.c)
)
_EXPIRED = Prepared(
    select(queue)
    .where(
        queue.c.kind == bindparam("of_kind"),
        queue.c.due_at <= bindparam("now"),
        queue.c.expires_at <= bindparam("now"),
    )
    .order_by(queue.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CHANGE = Prepared(
    update(queue)
    .where(queue.c.message_id == bindparam("b_message"))
    .values(
        kind=bindparam("b_kind"),
        due_at=bindparam("b_due"),
        step=bindparam("b_step"),
        expires_at=bindparam("b_expires"),
        attempts=bindparam("b_attempts"),
        claimed_by=literal_column("''"),
        uncertain=bindparam("b_uncertain"),
    )
)


def add(tx: Tx, entries: Sequence[Entry]) -> None:
    """Store the first duty of new messages."""
    if entries:
        _INSERT.run_many(
            tx,
            [
                (e.message, int(e.kind), e.due_at, e.step, e.expires_at, e.attempts, e.claimed_by, e.uncertain)
                for e in entries
            ],
        )


def claim(tx: Tx, kind: Kind, worker: str, now: int, lease_until: int, limit: int) -> Sequence[Entry]:
    """Lease up to ``limit`` due rows of a kind to ``worker``, those due longest first."""
    rows = _CLAIM.all(tx, of_kind=int(kind), worker=worker, now=now, lease=lease_until, most=limit)
    return [_entry(row) for row in rows]


def expired(tx: Tx, now: int, limit: int) -> Sequence[Entry]:
    """Return steps to submit that are due, in nobody's hands, and no longer valid. Reads everything that is due."""
    return [_entry(row) for row in _EXPIRED.all(tx, of_kind=int(Kind.SUBMIT), now=now, most=limit)]


def change(tx: Tx, entries: Sequence[Entry]) -> None:
    """Give messages a new duty or a new moment, and drop their leases."""
    if entries:
        _CHANGE.run_many(
            tx, [(int(e.kind), e.due_at, e.step, e.expires_at, e.attempts, e.uncertain, e.message) for e in entries]
        )


def remove(tx: Tx, ids: Collection[int]) -> None:
    """Forget messages that are final."""
    if ids:
        _REMOVE.run(tx, ids=list(ids))


def by_ids(tx: Tx, ids: Collection[int]) -> Mapping[int, Entry]:
    """Return the duties of messages; final messages have none."""
    if not ids:
        return {}
    return {row[0]: _entry(row) for row in _BY_IDS.all(tx, ids=list(ids))}


def on_moderation(tx: Tx, ids: Collection[int]) -> frozenset[int]:
    """Return which of these messages wait for a moderator."""
    return frozenset(id_ for id_, entry in by_ids(tx, ids).items() if entry.kind is Kind.MODERATE)


def next_due(tx: Tx, kind: Kind) -> int | None:
    """Return the moment at which the next row of a kind falls due."""
    moment: int | None = _NEXT_DUE.scalar(tx, kind=int(kind))
    return moment


def release_leases(tx: Tx, kind: Kind, now: int) -> int:
    """Make every leased row due at once: for the start of an installation that has a single process."""
    statement = update(queue).where(queue.c.kind == kind, queue.c.claimed_by != "").values(due_at=now)
    return tx.execute(statement).rowcount


def _entry(row: Row) -> Entry:
    return Entry._make((row[0], _KINDS[row[1]], *row[2:7], bool(row[7])))


_KINDS = {int(kind): kind for kind in Kind}
