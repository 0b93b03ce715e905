"""The queue: one row per live message that says what must happen next, and when.

A claim is a lease: it moves ``due_at`` ahead, so the row of a worker that died becomes due again by itself. Such a
row is marked uncertain: its step may have reached the carrier.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import Row, bindparam, delete, false, func, insert, or_, select, update

from tolmach.store.database import Tx
from tolmach.store.messages import CHUNK, chunks
from tolmach.store.schema import queue


class Kind(IntEnum):
    """What must happen when a row is due."""

    SUBMIT = 0
    GIVE_UP = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A message's next duty. ``attempts`` counts claims of this step."""

    message: int
    kind: Kind
    due_at: int
    step: int
    expires_at: int
    attempts: int = 0
    claimed_by: str = ""
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A new due moment for a message, or a new duty."""

    message: int
    kind: Kind
    due_at: int
    step: int
    expires_at: int
    attempts: int = 0


_CHANGE = (
    update(queue)
    .where(queue.c.message_id == bindparam("b_message"))
    .values(
        kind=bindparam("b_kind"),
        due_at=bindparam("b_due"),
        step=bindparam("b_step"),
        expires_at=bindparam("b_expires"),
        attempts=bindparam("b_attempts"),
        claimed_by="",
        uncertain=false(),
    )
)


def add(tx: Tx, entries: Sequence[Entry]) -> None:
    """Store the first duty of new messages."""
    if entries:
        tx.execute(insert(queue), [_columns(entry) for entry in entries])


def claim(tx: Tx, kind: Kind, worker: str, now: int, lease_until: int, limit: int) -> Sequence[Entry]:
    """Lease up to ``limit`` due rows of a kind to ``worker``, those due longest first."""
    due = (
        select(queue.c.message_id)
        .where(queue.c.kind == kind, queue.c.due_at <= now)
        .order_by(queue.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(queue)
        .where(queue.c.message_id.in_(due.scalar_subquery()))
        .values(
            due_at=lease_until,
            claimed_by=worker,
            attempts=queue.c.attempts + 1,
            uncertain=or_(queue.c.uncertain, queue.c.claimed_by != ""),
        )
        .returning(*queue.c)
    )
    return [_entry(row) for row in tx.execute(statement)]


def change(tx: Tx, changes: Sequence[Change]) -> None:
    """Give messages a new duty or a new moment, and drop their leases."""
    if changes:
        rows = [
            {
                "b_message": c.message,
                "b_kind": int(c.kind),
                "b_due": c.due_at,
                "b_step": c.step,
                "b_expires": c.expires_at,
                "b_attempts": c.attempts,
            }
            for c in changes
        ]
        tx.execute(_CHANGE, rows)


def remove(tx: Tx, ids: Collection[int]) -> None:
    """Forget messages that are final."""
    for chunk in chunks(ids, CHUNK):
        tx.execute(delete(queue).where(queue.c.message_id.in_(chunk)))


def by_ids(tx: Tx, ids: Collection[int]) -> Mapping[int, Entry]:
    """Return the duties of messages; final messages have none."""
    found: dict[int, Entry] = {}
    for chunk in chunks(ids, CHUNK):
        rows = tx.execute(select(queue).where(queue.c.message_id.in_(chunk)))
        found.update((row.message_id, _entry(row)) for row in rows)
    return found


def next_due(tx: Tx, kind: Kind) -> int | None:
    """Return the moment at which the next row of a kind falls due."""
    return tx.execute(select(func.min(queue.c.due_at)).where(queue.c.kind == kind)).scalar()


def release_leases(tx: Tx, kind: Kind, now: int) -> int:
    """Make every leased row due at once: for the start of an installation that has a single process."""
    statement = update(queue).where(queue.c.kind == kind, queue.c.claimed_by != "").values(due_at=now)
    return tx.execute(statement).rowcount


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "message_id": entry.message,
        "kind": int(entry.kind),
        "due_at": entry.due_at,
        "step": entry.step,
        "expires_at": entry.expires_at,
        "attempts": entry.attempts,
        "claimed_by": entry.claimed_by,
        "uncertain": entry.uncertain,
    }


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        message=row.message_id,
        kind=Kind(row.kind),
        due_at=row.due_at,
        step=row.step,
        expires_at=row.expires_at,
        attempts=row.attempts,
        claimed_by=row.claimed_by,
        uncertain=row.uncertain,
    )
