"""The queue: one row per live message that says what must happen next, and when.

A claim is a lease: it moves ``due_at`` ahead, so the row of a worker that died becomes due again by itself. Such a
row is marked uncertain: its step may have reached the carrier.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from tolmach.core.ids import STRIDE
from tolmach.core.traffic import ALL_LANES, DEFAULT_LANE
from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared, Row, among, insertion, one_of
from tolmach.store.schema import queue


class Kind(IntEnum):
    """What must happen when a row is due."""

    SUBMIT = 0
    GIVE_UP = 1
    MODERATE = 2  # wait for a moderator; due is when that has lasted too long
    PAUSED = 3  # wait until somebody resumes the campaign; due is when the step is no longer valid


class Entry(NamedTuple):
    """A message's next duty; the fields are the table's columns, in order. ``attempts`` counts claims of this step.

    ``lane``: see `tolmach.core.traffic`; ``tried`` names the links, by commas, that did not deliver this step.
    """

    message: int
    kind: Kind
    due_at: int
    step: int
    expires_at: int
    attempts: int = 0
    claimed_by: str = ""
    uncertain: bool = False
    lane: int = DEFAULT_LANE
    account: int = 0
    tried: str = ""


_INSERT = insertion(queue)
_BY_IDS = Prepared(select(queue).where(one_of(queue.c.message_id, "ids")))
_LOCKED = Prepared(
    select(queue).where(one_of(queue.c.message_id, "ids")).order_by(queue.c.message_id).with_for_update()
)
_NEXT_DUE = Prepared(  # no min(): PostgreSQL, which takes a new table for small, would read all that wait to find it
    select(queue.c.due_at)
    .where(queue.c.kind == bindparam("kind"), queue.c.lane == bindparam("lane"))
    .order_by(queue.c.due_at)
    .limit(literal_column("1"))
)
_REMOVE = Prepared(delete(queue).where(one_of(queue.c.message_id, "ids")))
_LEASE = {
    queue.c.due_at: bindparam("lease"),
    queue.c.claimed_by: bindparam("worker"),
    queue.c.attempts: queue.c.attempts + literal_column("1"),
    queue.c.uncertain: or_(queue.c.uncertain, queue.c.claimed_by != literal_column("''")),
}


def _claiming(*conditions: ColumnElement[bool]) -> Prepared:
    """Return the lease of the rows of a lane that are due and meet ``conditions``, those due longest first."""
    due = (
        select(queue.c.message_id)
        .where(*conditions, queue.c.lane == bindparam("of_lane"), queue.c.due_at <= bindparam("now"))
        .order_by(queue.c.due_at)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    return Prepared(update(queue).where(among(queue.c.message_id, due)).values(_LEASE).returning(*queue.c))


_CLAIM = _claiming(queue.c.kind == bindparam("of_kind"))
_SUBMIT: ColumnElement[int] = literal_column("0")  # written out, so that the partial index of fair shares serves
_CLAIM_SHARE = _claiming(queue.c.kind == _SUBMIT, queue.c.account_id == bindparam("owner"))
_EACH_LANE = one_of(queue.c.lane, "lanes")  # so that of the index only what is due is read, not what is scheduled
_PAST = (
    queue.c.kind == bindparam("of_kind"),
    _EACH_LANE,
    queue.c.due_at <= bindparam("now"),
    queue.c.expires_at <= bindparam("now"),
)
_ANY_EXPIRED = Prepared(select(queue.c.message_id).where(*_PAST).limit(literal_column("1")))
_EXPIRED = Prepared(
    select(queue).where(*_PAST).order_by(queue.c.due_at).limit(bindparam("most")).with_for_update(skip_locked=True)
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
        lane=bindparam("b_lane"),
        tried=bindparam("b_tried"),
    )
)
_BACKLOGS = Prepared(
    select(queue.c.account_id, queue.c.lane, func.count())
    .where(queue.c.kind == _SUBMIT, _EACH_LANE, queue.c.due_at <= bindparam("now"))
    .group_by(queue.c.account_id, queue.c.lane)
)
_PUT_OFF: ColumnElement[int] = literal_column(
    "120000", Integer
)  # milliseconds: longer than a step is put off while its link has no room
_WAITING = (
    queue.c.kind == _SUBMIT,
    _EACH_LANE,
    queue.c.due_at <= bindparam("now") + _PUT_OFF,
    or_(queue.c.due_at <= bindparam("now"), queue.c.attempts > literal_column("0")),
    queue.c.claimed_by == literal_column("''"),
)
_WAITING_BY_LANE = Prepared(select(queue.c.lane, func.count()).where(*_WAITING).group_by(queue.c.lane))
_SAMPLE = Prepared(
    select(queue)
    .where(
        (queue.c.message_id // literal_column(str(STRIDE), Integer)) % bindparam("apart") == literal_column("0"),
        *_WAITING,
    )
    .limit(bindparam("most"))
)
_RENEW = Prepared(
    update(queue)
    .where(queue.c.message_id == bindparam("b_message"))
    .values(
        due_at=bindparam("b_due"),
        attempts=bindparam("b_attempts"),
        claimed_by=bindparam("b_worker"),
        uncertain=bindparam("b_uncertain"),
    )
)


def _first_owner(behind: ColumnElement[Any]) -> ScalarSelect[Any]:
    return (
        select(queue.c.account_id)
        .where(queue.c.kind == _SUBMIT, queue.c.lane == bindparam("of_lane"), queue.c.account_id > behind)
        .order_by(queue.c.account_id)
        .limit(literal_column("1"))
        .scalar_subquery()
    )


_seed = select(_first_owner(bindparam("behind")).label("id")).cte("owners", recursive=True)
_owners = _seed.union_all(select(_first_owner(_seed.c.id)).where(_seed.c.id.is_not(None)))
_OWNERS_DUE = Prepared(  # from one account to the next by the index, however many rows each has
    select(_owners.c.id)
    .where(
        _owners.c.id.is_not(None),
        exists().where(
            queue.c.kind == _SUBMIT,
            queue.c.lane == bindparam("of_lane"),
            queue.c.account_id == _owners.c.id,
            queue.c.due_at <= bindparam("now"),
        ),
    )
    .limit(bindparam("most"))
)


def add(tx: Tx, entries: Sequence[Entry]) -> None:
    """Store the first duty of new messages."""
    if entries:
        _INSERT.run_many(
            tx,
            [
                (
                    e.message,
                    int(e.kind),
                    e.due_at,
                    e.step,
                    e.expires_at,
                    e.attempts,
                    e.claimed_by,
                    e.uncertain,
                    e.lane,
                    e.account,
                    e.tried,
                )
                for e in entries
            ],
        )


@dataclass(frozen=True, slots=True)
class Lease:
    """Who takes rows, when, and until when they are his."""

    worker: str
    now: int
    until: int


def claim(tx: Tx, kind: Kind, lease: Lease, limit: int, lanes: Sequence[int] = ALL_LANES) -> Sequence[Entry]:
    """Lease up to ``limit`` due rows of a kind: lane after lane in their order, in each those due longest first."""
    taken: list[Entry] = []
    for lane in lanes:
        if len(taken) >= limit:
            break
        most = limit - len(taken)
        rows = _CLAIM.all(
            tx, of_kind=int(kind), of_lane=lane, worker=lease.worker, now=lease.now, lease=lease.until, most=most
        )
        taken += map(_entry, sorted(rows))
    return taken


def claim_share(tx: Tx, lease: Lease, lane: int, owner: int, limit: int) -> Sequence[Entry]:
    """Lease up to ``limit`` due steps of one account in a lane, those due longest first."""
    rows = _CLAIM_SHARE.all(
        tx, of_lane=lane, owner=owner, worker=lease.worker, now=lease.now, lease=lease.until, most=limit
    )
    return [_entry(row) for row in sorted(rows)]


def owners_due(tx: Tx, lane: int, now: int, behind: int, most: int) -> Sequence[int]:
    """Return accounts with steps due in a lane: those with ids above ``behind``, in order."""
    return [row[0] for row in _OWNERS_DUE.all(tx, of_lane=lane, now=now, behind=behind, most=most)]


def expired(tx: Tx, now: int, limit: int) -> Sequence[Entry]:
    """Return steps to submit that are due, in nobody's hands, and no longer valid. Reads everything that is due."""
    rows = _EXPIRED.all(tx, of_kind=int(Kind.SUBMIT), lanes=list(ALL_LANES), now=now, most=limit)
    return [_entry(row) for row in rows]


def any_expired(tx: Tx, now: int) -> bool:
    """Tell whether `expired` has something to return."""
    return _ANY_EXPIRED.scalar(tx, of_kind=int(Kind.SUBMIT), lanes=list(ALL_LANES), now=now) is not None


def change(tx: Tx, entries: Sequence[Entry]) -> None:
    """Give messages a new duty or a new moment, and drop their leases."""
    if entries:
        _CHANGE.run_many(
            tx,
            [
                (int(e.kind), e.due_at, e.step, e.expires_at, e.attempts, e.uncertain, e.lane, e.tried, e.message)
                for e in entries
            ],
        )


def renew(tx: Tx, entries: Sequence[Entry]) -> None:
    """Give leases back to their holders: with the moment, the attempts and the doubt that the entries have."""
    if entries:
        _RENEW.run_many(tx, [(e.due_at, e.attempts, e.claimed_by, e.uncertain, e.message) for e in entries])


def remove(tx: Tx, ids: Collection[int]) -> None:
    """Forget messages that are final."""
    if ids:
        _REMOVE.run(tx, ids=list(ids))


def by_ids(tx: Tx, ids: Collection[int]) -> Mapping[int, Entry]:
    """Return the duties of messages; final messages have none."""
    if not ids:
        return {}
    return {row[0]: _entry(row) for row in _BY_IDS.all(tx, ids=list(ids))}


def locked(tx: Tx, ids: Collection[int]) -> Mapping[int, Entry]:
    """Return the duties of messages; nobody else works on these messages until the transaction ends."""
    if not ids:
        return {}
    return {row[0]: _entry(row) for row in _LOCKED.all(tx, ids=list(ids))}


def on_moderation(tx: Tx, ids: Collection[int]) -> frozenset[int]:
    """Return which of these messages wait for a moderator."""
    return frozenset(id_ for id_, entry in by_ids(tx, ids).items() if entry.kind is Kind.MODERATE)


def in_hand(tx: Tx, ids: Collection[int]) -> frozenset[int]:
    """Return which of these messages a worker is giving to a carrier."""
    return frozenset(id_ for id_, entry in by_ids(tx, ids).items() if entry.kind is Kind.SUBMIT and entry.claimed_by)


def next_due(tx: Tx, kind: Kind, lanes: Sequence[int] = ALL_LANES) -> int | None:
    """Return the moment at which the next row of a kind falls due."""
    moments = [_NEXT_DUE.scalar(tx, kind=int(kind), lane=lane) for lane in lanes]
    return min((moment for moment in moments if moment is not None), default=None)


def release_leases(tx: Tx, kind: Kind, now: int) -> int:
    """Make every leased row due at once: for the start of an installation that has a single process."""
    statement = update(queue).where(queue.c.kind == kind, queue.c.claimed_by != "").values(due_at=now)
    return tx.execute(statement).rowcount


def release_claims(tx: Tx, process: str, now: int) -> int:
    """Make due at once what the workers of a dead process had leased. Reads the whole table; deaths are rare."""
    theirs = queue.c.claimed_by.startswith(process, autoescape=True) & (queue.c.due_at > now)
    return tx.execute(update(queue).where(theirs).values(due_at=now)).rowcount


def backlogs(tx: Tx, now: int) -> Mapping[tuple[int, int], int]:
    """Return how many steps of each account and lane are due and in nobody's hands."""
    return {(row[0], row[1]): row[2] for row in _BACKLOGS.all(tx, lanes=list(ALL_LANES), now=now)}


def waiting(tx: Tx, now: int) -> Mapping[int, int]:
    """Return how many steps of each lane are due or put off, and in nobody's hands."""
    return {row[0]: row[1] for row in _WAITING_BY_LANE.all(tx, lanes=list(ALL_LANES), now=now)}


def sample(tx: Tx, now: int, apart: int, most: int) -> Sequence[Entry]:
    """Return every so manyth of the steps that `waiting` counts, by their ids, but not more than ``most``."""
    return [_entry(row) for row in _SAMPLE.all(tx, lanes=list(ALL_LANES), now=now, apart=apart, most=most)]


def catch_up(tx: Tx, now: int, was: int, pause: int) -> int:
    """The clock was set back from ``was`` to ``now``: make due again what was due, or put off by at most ``pause``.

    What somebody has claimed stays his. Returns how many rows there were.
    """
    put_off = (queue.c.attempts > 0) & (queue.c.due_at <= was + pause)
    statement = (
        update(queue)
        .where(queue.c.kind == Kind.SUBMIT, queue.c.claimed_by == "", queue.c.due_at > now)
        .where((queue.c.due_at <= was) | put_off)
        .values(due_at=now)
    )
    return tx.execute(statement).rowcount


def _entry(row: Row) -> Entry:
    return Entry._make((row[0], _KINDS[row[1]], *row[2:7], bool(row[7]), *row[8:]))


_KINDS = {int(kind): kind for kind in Kind}
