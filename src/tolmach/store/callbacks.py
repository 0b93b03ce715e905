"""Status callbacks that wait for a client's acknowledgement, and those that got it or failed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal_column, select, true, update

from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.legs import STATUSES
from tolmach.store.prepared import Prepared, Row, insertion, one_of
from tolmach.store.schema import accounts, callbacks

PENDING = "pending"
ACKNOWLEDGED = "acknowledged"
FAILED = "failed"
ANY_ATTEMPT = 32_767
"""More attempts than a callback can have."""


class Callback(NamedTuple):
    """One status change to tell. ``attempts`` counts the POSTs that carried it, ``answered`` those of them that a
    client's server took without confirming it.
    """

    account: AccountId
    message: int
    status: Status
    changed_at: int
    due_at: int
    attempts: int = 0
    state: str = PENDING
    done_at: int | None = None
    error: str = ""
    id: int = 0
    answered: int = 0


_ONE: Final[ColumnElement[int]] = literal_column("1")
_pending = callbacks.c.state == literal_column("'pending'")
_NEXT_DUE = Prepared(select(callbacks.c.due_at).where(_pending).order_by(callbacks.c.due_at).limit(_ONE))


def _earliest(*after: ColumnElement[bool]) -> Select[Any]:
    """The first account by the index, and the earliest moment of what it is to be told."""
    each = select(callbacks.c.account_id, callbacks.c.due_at).where(_pending, *after)
    return each.order_by(callbacks.c.account_id, callbacks.c.due_at).limit(_ONE)


def _from_account_to_account() -> Select[Any]:
    first = _earliest().subquery("first")
    telling = select(first.c.account_id, first.c.due_at).cte("telling", recursive=True)
    following = _earliest(callbacks.c.account_id > telling.c.account_id).lateral("following")
    step = select(following.c.account_id, following.c.due_at).select_from(telling.join(following, true()))
    telling = telling.union_all(step)
    return select(telling.c.account_id).where(telling.c.due_at <= bindparam("now")).order_by(telling.c.account_id)


# an account at a time: what is due may be a long backlog of one account, and this is asked for every turn
_ACCOUNTS_DUE = {
    "sqlite": Prepared(
        select(accounts.c.id)
        .where(
            exists().where(callbacks.c.account_id == accounts.c.id, _pending, callbacks.c.due_at <= bindparam("now"))
        )
        .order_by(accounts.c.id)
    ),
    # it would make a join of the EXISTS, and read the backlog; so it goes from one account to the next by the index
    "postgresql": Prepared(_from_account_to_account()),
}
_OF_MESSAGES = Prepared(select(callbacks).where(one_of(callbacks.c.message_id, "ids")).order_by(callbacks.c.id))
_INSERT = insertion(
    callbacks,
    without=("id", "done_at"),
    constants={
        "attempts": literal_column("0"),
        "state": literal_column("'pending'"),
        "error": literal_column("''"),
        "answered": literal_column("0"),
    },
)
_earlier = callbacks.alias("earlier")
_DUE = (
    select(callbacks.c.id, callbacks.c.message_id)
    .where(
        _pending,
        callbacks.c.due_at <= bindparam("now"),
        callbacks.c.account_id == bindparam("account"),
        # what a message became later is not told before what it was earlier
        ~exists().where(
            _earlier.c.message_id == callbacks.c.message_id,
            _earlier.c.state == literal_column("'pending'"),
            _earlier.c.id < callbacks.c.id,
            _earlier.c.due_at > callbacks.c.due_at,
        ),
    )
    .order_by(callbacks.c.due_at, callbacks.c.id)  # the order of the index: a claim costs what it takes
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def _claiming(*chosen: ColumnElement[bool]) -> Prepared:
    leased = {"due_at": bindparam("lease"), "attempts": callbacks.c.attempts + literal_column("1")}
    return Prepared(update(callbacks).where(*chosen).values(leased).returning(*callbacks.c))


_due = _DUE.cte("due")
_CLAIM = {
    "sqlite": _claiming(callbacks.c.id.in_(_DUE.with_only_columns(callbacks.c.id).scalar_subquery())),
    "postgresql": _claiming(
        callbacks.c.id == _due.c.id,
        callbacks.c.message_id == _due.c.message_id,
        callbacks.c.message_id >= select(func.min(_due.c.message_id)).scalar_subquery(),  # in these partitions alone
        callbacks.c.message_id <= select(func.max(_due.c.message_id)).scalar_subquery(),
    ),
}
_SETTLE = Prepared(
    update(callbacks)
    .where(
        callbacks.c.id == bindparam("b_id"),
        callbacks.c.message_id == bindparam("b_message"),  # says in which partition it is
        callbacks.c.account_id == bindparam("b_account"),
        _pending,
        callbacks.c.attempts.between(bindparam("b_least"), bindparam("b_most")),
    )
    .values(
        state=bindparam("b_state"),
        due_at=bindparam("b_due"),
        done_at=bindparam("b_done"),
        error=bindparam("b_error"),
        answered=bindparam("b_answered"),
    )
)


def add(tx: Tx, rows: Sequence[Callback]) -> None:
    """Store status changes to tell."""
    if rows:
        _INSERT.run_many(tx, [(r.account, r.message, r.status.value, r.changed_at, r.due_at) for r in rows])


def accounts_due(tx: Tx, now: int) -> Sequence[AccountId]:
    """Return the accounts that have something to be told now."""
    return [AccountId(row[0]) for row in _ACCOUNTS_DUE[tx.dialect.name].all(tx, now=now)]


def claim(tx: Tx, account: AccountId, now: int, lease_until: int, limit: int) -> Sequence[Callback]:
    """Lease the callbacks of an account that are due longest and count the attempt; returned oldest first.

    None while another process claims some: those have to be told first. It is not waited for, since whoever claims
    goes from account to account, each in an order of his own.
    """
    if not flavour(tx).takes(tx, f"callbacks of {account}"):
        return []
    rows = _CLAIM[tx.dialect.name].all(tx, account=account, now=now, lease=lease_until, most=limit)
    return sorted((_callback(row) for row in rows), key=lambda row: row.id)


def settle(tx: Tx, rows: Collection[Callback]) -> None:
    """Store the new states of callbacks after a POST.

    Whose lease has run out may have been claimed anew, and every claim counts an attempt: then a result is no longer
    the claimer's to tell, unless the client has confirmed the callback. What is no longer pending stays as it is.
    """
    if rows:
        _SETTLE.run_many(tx, [_settled(row) for row in rows])


def _settled(row: Callback) -> Row:
    least, most = (0, ANY_ATTEMPT) if row.state == ACKNOWLEDGED else (row.attempts, row.attempts)
    values = (row.due_at, row.state, row.done_at, row.error[:255], row.answered)
    return (*values, row.id, row.message, row.account, least, most)


def of_message(tx: Tx, message: int) -> Sequence[Callback]:
    """Return a message's callbacks, oldest first."""
    asked = select(callbacks).where(callbacks.c.message_id == message).order_by(callbacks.c.id)
    return [_callback(tuple(row)) for row in tx.execute(asked)]


def of_messages(tx: Tx, ids: Collection[int]) -> Mapping[int, Sequence[Callback]]:
    """Return the callbacks of messages, of each the oldest first; messages that have none are left out."""
    found: dict[int, list[Callback]] = {}
    for row in _OF_MESSAGES.all(tx, ids=list(ids)) if ids else ():
        found.setdefault(row[2], []).append(_callback(row))
    return found


def pending(tx: Tx, account: AccountId, place: int, limit: int) -> Sequence[Callback]:
    """Return what an account is still to be told from a place on, what is due first in front."""
    asked = select(callbacks).where(_pending, callbacks.c.account_id == account)
    asked = asked.order_by(callbacks.c.due_at, callbacks.c.id).offset(place).limit(limit)
    return [_callback(tuple(row)) for row in tx.execute(asked)]


def failed(tx: Tx, account: AccountId | None, before: int, limit: int) -> Sequence[Callback]:
    """Return the failed callbacks of an account (None: of all) with ids below ``before`` (0: all), newest first."""
    asked = select(callbacks).where(callbacks.c.state == literal_column("'failed'"))
    if account is not None:
        asked = asked.where(callbacks.c.account_id == account)
    if before:
        asked = asked.where(callbacks.c.id < before)
    return [_callback(tuple(row)) for row in tx.execute(asked.order_by(callbacks.c.id.desc()).limit(limit))]


def replay(tx: Tx, ids: Collection[int], account: AccountId | None, due: int) -> int:
    """Tell failed callbacks again, with all their attempts: these (of an account, if one is named), or (no ids) all
    of an account; return how many.
    """
    if not ids and account is None:
        return 0
    again = update(callbacks).where(callbacks.c.state == FAILED)
    if ids:
        again = again.where(callbacks.c.id.in_(list(ids)))
    if account is not None:
        again = again.where(callbacks.c.account_id == account)
    return tx.execute(again.values(state=PENDING, due_at=due, attempts=0, answered=0, done_at=None, error="")).rowcount


def next_due(tx: Tx) -> int | None:
    """Return the moment at which the next callback falls due."""
    moment: int | None = _NEXT_DUE.scalar(tx)
    return moment


def catch_up(tx: Tx, now: int, was: int) -> int:
    """The clock was set back from ``was`` to ``now``: make due again what was due and has not been tried."""
    statement = (
        update(callbacks)
        .where(callbacks.c.state == PENDING, callbacks.c.attempts == 0)
        .where(callbacks.c.due_at > now, callbacks.c.due_at <= was)
        .values(due_at=now)
    )
    return tx.execute(statement).rowcount


def _callback(row: Row) -> Callback:
    id_, account, message, status, changed_at, due_at, attempts, state, done_at, error, answered = row
    return Callback(
        account, message, STATUSES[status], changed_at, due_at, attempts, state, done_at, error, id_, answered
    )
