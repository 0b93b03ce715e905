"""Legs: what happened to the steps that were tried."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from tolmach.core.ids import AccountId
from tolmach.core.money import ZERO, Money
from tolmach.core.status import Status
from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared, Row, insertion, one_of
from tolmach.store.schema import legs


class Leg(NamedTuple):
    """A tried (or for ever untried) step. ``uncertain``: it may have been sent twice, or the answer was lost."""

    message: int
    step: int
    account: AccountId
    status: Status
    changed_at: int
    claimed_at: int
    reason: str = ""
    link: str = ""
    charged: Money = ZERO
    submitted_at: int | None = None
    delivered_at: int | None = None
    uncertain: bool = False


# a step that another worker stored in the meantime stays as it is
_INSERT = insertion(legs, ignore=True)
_OF_MESSAGES = Prepared(select(legs).where(one_of(legs.c.message_id, "ids")).order_by(legs.c.message_id, legs.c.step))
_LOCKED = Prepared(
    select(legs).where(one_of(legs.c.message_id, "ids")).order_by(legs.c.message_id, legs.c.step).with_for_update()
)
_UPDATE = Prepared(
    update(legs)
    .where(
        legs.c.message_id == bindparam("b_message"),
        legs.c.step == bindparam("b_step"),
        legs.c.account_id == bindparam("b_account"),
    )
    .values(
        status=bindparam("b_status"),
        reason=bindparam("b_reason"),
        link=bindparam("b_link"),
        charged=bindparam("b_charged"),
        delivered_at=bindparam("b_delivered"),
        changed_at=bindparam("b_changed"),
        claimed_at=bindparam("b_claimed"),
        submitted_at=bindparam("b_submitted"),
        uncertain=bindparam("b_uncertain"),
    )
)


def add(tx: Tx, rows: Sequence[Leg]) -> None:
    """Store tried steps."""
    if rows:
        _INSERT.run_many(
            tx,
            [
                (
                    leg.message,
                    leg.step,
                    leg.account,
                    leg.status.value,
                    leg.reason,
                    leg.link,
                    leg.charged,
                    leg.claimed_at,
                    leg.submitted_at,
                    leg.delivered_at,
                    leg.changed_at,
                    leg.uncertain,
                )
                for leg in rows
            ],
        )


def save(tx: Tx, rows: Collection[Leg]) -> None:
    """Store everything that may change of legs: all but their account."""
    if rows:
        _UPDATE.run_many(
            tx,
            [
                (
                    leg.status.value,
                    leg.reason,
                    leg.link,
                    leg.charged,
                    leg.claimed_at,
                    leg.submitted_at,
                    leg.delivered_at,
                    leg.changed_at,
                    leg.uncertain,
                    leg.message,
                    leg.step,
                    leg.account,
                )
                for leg in rows
            ],
        )


def of_messages(tx: Tx, ids: Collection[int]) -> Mapping[int, list[Leg]]:
    """Return the legs of messages in order of their steps; messages without legs are left out."""
    return _grouped(_OF_MESSAGES.all(tx, ids=list(ids))) if ids else {}


def locked(tx: Tx, ids: Collection[int]) -> Mapping[int, list[Leg]]:
    """Return the legs of messages as `of_messages`; nobody else changes them until the transaction ends."""
    return _grouped(_LOCKED.all(tx, ids=list(ids))) if ids else {}


def _grouped(rows: Sequence[Row]) -> dict[int, list[Leg]]:
    found: dict[int, list[Leg]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(_leg(row))
    return found


def _leg(row: Row) -> Leg:
    return Leg(
        message=row[0],
        step=row[1],
        account=row[2],
        status=STATUSES[row[3]],
        reason=row[4],
        link=row[5],
        charged=row[6],
        claimed_at=row[7],
        submitted_at=row[8],
        delivered_at=row[9],
        changed_at=row[10],
        uncertain=bool(row[11]),
    )


STATUSES = {status.value: status for status in Status}
