"""Registrations: the numbers of senders, their papers, and who decided on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from tolmach.core import papers
from tolmach.core.ids import AccountId
from tolmach.core.moderation import Verdict
from tolmach.core.papers import Papers
from tolmach.core.results import SenderState
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.schema import registrations, senders


@dataclass(frozen=True, slots=True)
class Registered:
    """A sender with everything that is known of it; moments in milliseconds."""

    id: int
    account: AccountId
    name: str
    state: str
    papers: Papers
    created_at: int
    decided_at: int | None
    decided_by: str
    reason: str


def put(tx: Tx, account: AccountId, name: str, given: Papers | None, now_ms: int) -> int:
    """Number a sender, or give a numbered one new papers (None: it keeps those it has); return its number."""
    statement = (
        flavour(tx)
        .insert(registrations)
        .values(
            account_id=account,
            name=name,
            papers=papers.dump(given or Papers()),
            created_at=now_ms,
            decided_by="",
            reason="",
        )
    )
    tx.execute(statement.on_conflict_do_nothing(index_elements=["account_id", "name"]))
    if given is not None:
        tx.execute(update(registrations).where(*_is(account, name)).values(papers=papers.dump(given)))
    return int(tx.execute(select(registrations.c.id).where(*_is(account, name))).scalar_one())


def decide(tx: Tx, account: AccountId, name: str, verdict: Verdict, now_ms: int) -> None:
    """Keep who decided on a sender, when and why."""
    put(tx, account, name, None, now_ms)
    values = {"decided_at": now_ms, "decided_by": verdict.by[:64], "reason": verdict.reason[:255]}
    tx.execute(update(registrations).where(*_is(account, name)).values(**values))


def find(tx: Tx, account: AccountId, name: str) -> Registered | None:
    """Return a sender of an account."""
    row = tx.execute(_JOINED.where(*_is(account, name))).first()
    return None if row is None else _registered(row)


def reasons(tx: Tx, account: AccountId, names: Sequence[str]) -> Mapping[str, str]:
    """Return why some senders of an account were decided on as they were; those without a word are left out."""
    asked = select(registrations.c.name, registrations.c.reason).where(
        registrations.c.account_id == account, registrations.c.name.in_(names), registrations.c.reason != ""
    )
    return {row.name: row.reason for row in tx.execute(asked)}


def waiting(tx: Tx) -> Sequence[Registered]:
    """Return the senders of all accounts that wait for a decision, in the order in which they were asked for."""
    asked = _JOINED.where(senders.c.state == SenderState.ORDER).order_by(registrations.c.id)
    return [_registered(row) for row in tx.execute(asked)]


def decided(tx: Tx, limit: int) -> Sequence[Registered]:
    """Return the senders of all accounts that were decided on, the newest decisions first."""
    asked = _JOINED.where(registrations.c.decided_at.is_not(None), senders.c.state != SenderState.ORDER)
    return [_registered(row) for row in tx.execute(asked.order_by(registrations.c.decided_at.desc()).limit(limit))]


_JOINED = select(registrations, senders.c.state).join(
    senders, (senders.c.account_id == registrations.c.account_id) & (senders.c.name == registrations.c.name)
)


def _is(account: AccountId, name: str) -> tuple[Any, Any]:
    return registrations.c.account_id == account, registrations.c.name == name


def _registered(row: Row[Any]) -> Registered:
    return Registered(
        id=row.id,
        account=AccountId(row.account_id),
        name=row.name,
        state=row.state,
        papers=papers.load(row.papers),
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
    )
