"""Legs and their parts: what happened to the steps that were tried."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from tolmach.core.ids import AccountId
from tolmach.core.money import ZERO, Money
from tolmach.core.status import Status
from tolmach.store.database import Tx
from tolmach.store.messages import CHUNK, chunks
from tolmach.store.schema import legs, orphans, parts


@dataclass(frozen=True, slots=True)
class Leg:
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


@dataclass(frozen=True, slots=True)
class Part:
    """One part as its carrier knows it."""

    link: str
    provider_id: str
    message: int
    step: int
    number: int
    status: Status
    changed_at: int


@dataclass(frozen=True, slots=True)
class Orphan:
    """A receipt that no part answers to (yet)."""

    link: str
    provider_id: str
    status: Status
    at: int
    received_at: int
    id: int = 0


_UPDATE_LEG = (
    update(legs)
    .where(legs.c.message_id == bindparam("b_message"), legs.c.step == bindparam("b_step"))
    .values(
        status=bindparam("b_status"),
        charged=bindparam("b_charged"),
        delivered_at=bindparam("b_delivered"),
        changed_at=bindparam("b_changed"),
        reason=bindparam("b_reason"),
    )
)
_UPDATE_PART = (
    update(parts)
    .where(parts.c.link == bindparam("b_link"), parts.c.provider_id == bindparam("b_id"))
    .values(status=bindparam("b_status"), changed_at=bindparam("b_changed"))
)


def add(tx: Tx, rows: Sequence[Leg]) -> None:
    """Store tried steps. A step that another worker stored in the meantime stays as it is."""
    if rows:
        tx.execute(insert(legs).on_conflict_do_nothing(), [_columns(leg) for leg in rows])


def save(tx: Tx, rows: Collection[Leg]) -> None:
    """Store new statuses, charges and moments of legs."""
    if rows:
        values = [
            {
                "b_message": leg.message,
                "b_step": leg.step,
                "b_status": leg.status.value,
                "b_charged": leg.charged,
                "b_delivered": leg.delivered_at,
                "b_changed": leg.changed_at,
                "b_reason": leg.reason,
            }
            for leg in rows
        ]
        tx.execute(_UPDATE_LEG, values)


def of_messages(tx: Tx, ids: Collection[int]) -> Mapping[int, list[Leg]]:
    """Return the legs of messages in order of their steps; messages without legs are left out."""
    found: dict[int, list[Leg]] = {}
    for chunk in chunks(ids, CHUNK):
        asked = select(legs).where(legs.c.message_id.in_(chunk)).order_by(legs.c.message_id, legs.c.step)
        for row in tx.execute(asked):
            found.setdefault(row.message_id, []).append(_leg(row))
    return found


def add_parts(tx: Tx, rows: Sequence[Part]) -> None:
    """Store parts; a provider id that a carrier gives twice keeps its first owner."""
    if rows:
        values = [
            {
                "link": part.link,
                "provider_id": part.provider_id,
                "message_id": part.message,
                "step": part.step,
                "number": part.number,
                "status": part.status.value,
                "changed_at": part.changed_at,
            }
            for part in rows
        ]
        tx.execute(insert(parts).on_conflict_do_nothing(), values)


def save_parts(tx: Tx, rows: Collection[Part]) -> None:
    """Store new statuses of parts."""
    if rows:
        values = [
            {"b_link": p.link, "b_id": p.provider_id, "b_status": p.status.value, "b_changed": p.changed_at}
            for p in rows
        ]
        tx.execute(_UPDATE_PART, values)


def parts_by_provider_id(tx: Tx, link: str, ids: Collection[str]) -> Mapping[str, Part]:
    """Return the parts that a link knows by these ids."""
    found: dict[str, Part] = {}
    for chunk in chunks(ids, CHUNK):
        rows = tx.execute(select(parts).where(parts.c.link == link, parts.c.provider_id.in_(chunk)))
        found.update((row.provider_id, _part(row)) for row in rows)
    return found


def parts_of(tx: Tx, ids: Collection[int]) -> Mapping[int, list[Part]]:
    """Return the parts of messages, in order of steps and parts."""
    found: dict[int, list[Part]] = {}
    for chunk in chunks(ids, CHUNK):
        asked = select(parts).where(parts.c.message_id.in_(chunk)).order_by(parts.c.step, parts.c.number)
        for row in tx.execute(asked):
            found.setdefault(row.message_id, []).append(_part(row))
    return found


def keep_orphans(tx: Tx, rows: Sequence[Orphan]) -> None:
    """Keep receipts that nothing answers to."""
    if rows:
        values = [
            {
                "link": orphan.link,
                "provider_id": orphan.provider_id,
                "status": orphan.status.value,
                "at": orphan.at,
                "received_at": orphan.received_at,
            }
            for orphan in rows
        ]
        tx.execute(insert(orphans), values)


def take_orphans(tx: Tx, link: str, ids: Collection[str]) -> Sequence[Orphan]:
    """Return and forget the kept receipts for these ids, oldest first."""
    if tx.execute(select(orphans.c.id).limit(1)).first() is None:
        return ()
    found: list[Orphan] = []
    for chunk in chunks(ids, CHUNK):
        condition = (orphans.c.link == link, orphans.c.provider_id.in_(chunk))
        for row in tx.execute(select(orphans).where(*condition).order_by(orphans.c.id)):
            found.append(Orphan(row.link, row.provider_id, Status(row.status), row.at, row.received_at, row.id))
        tx.execute(delete(orphans).where(*condition))
    return found


def _columns(leg: Leg) -> dict[str, object]:
    return {
        "message_id": leg.message,
        "step": leg.step,
        "account_id": leg.account,
        "status": leg.status.value,
        "reason": leg.reason,
        "link": leg.link,
        "charged": leg.charged,
        "claimed_at": leg.claimed_at,
        "submitted_at": leg.submitted_at,
        "delivered_at": leg.delivered_at,
        "changed_at": leg.changed_at,
        "uncertain": leg.uncertain,
    }


def _leg(row: Row[tuple[object, ...]]) -> Leg:
    return Leg(
        message=row.message_id,
        step=row.step,
        account=AccountId(row.account_id),
        status=Status(row.status),
        changed_at=row.changed_at,
        claimed_at=row.claimed_at,
        reason=row.reason,
        link=row.link,
        charged=Money(row.charged),
        submitted_at=row.submitted_at,
        delivered_at=row.delivered_at,
        uncertain=row.uncertain,
    )


def _part(row: Row[tuple[object, ...]]) -> Part:
    return Part(
        link=row.link,
        provider_id=row.provider_id,
        message=row.message_id,
        step=row.step,
        number=row.number,
        status=Status(row.status),
        changed_at=row.changed_at,
    )
