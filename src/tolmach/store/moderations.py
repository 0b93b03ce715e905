"""Texts that a person looks at: one row per account and text, and the messages that wait for each.

A decision is stored first (``approving`` or ``rejecting``); what follows for the messages may take several
transactions, and goes on after a restart.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update

from tolmach.core.ids import AccountId
from tolmach.core.moderation import Ruling, Verdict
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.prepared import Prepared, insertion, one_of
from tolmach.store.queue import Kind
from tolmach.store.schema import moderated, moderation_words, moderations, queue

UNSETTLED = (Ruling.APPROVING, Ruling.REJECTING)
_WAIT = insertion(moderated)
_LEAVE = Prepared(delete(moderated).where(one_of(moderated.c.message_id, "ids")))


@dataclass(frozen=True, slots=True)
class Moderation:
    """A text and what was decided on it; ``messages`` is how many wait for it. Moments in milliseconds."""

    id: int
    account: AccountId
    text: str
    cause: str
    state: Ruling
    created_at: int
    decided_at: int | None = None
    decided_by: str = ""
    reason: str = ""
    messages: int = 0


def ruling(tx: Tx, account: AccountId, digest: str) -> tuple[int, Ruling] | None:
    """Return number and state of a text; nobody else may decide on it until the transaction ends."""
    asked = select(moderations.c.id, moderations.c.state).where(
        moderations.c.account_id == account, moderations.c.digest == digest
    )
    row = tx.execute(asked.with_for_update()).first()
    return None if row is None else (row.id, Ruling(row.state))


def add(tx: Tx, account: AccountId, digest: str, text: str, cause: str, now_ms: int) -> int:
    """Store a text that waits, unless somebody else has just done it; return its number."""
    values = {"account_id": account, "digest": digest, "text": text, "cause": cause[:255], "created_at": now_ms}
    statement = flavour(tx).insert(moderations).values(**values, state=Ruling.WAITING.value, decided_by="", reason="")
    tx.execute(statement.on_conflict_do_nothing(index_elements=["account_id", "digest"]))
    asked = select(moderations.c.id).where(moderations.c.account_id == account, moderations.c.digest == digest)
    return int(tx.execute(asked).scalar_one())


def wait(tx: Tx, rows: Collection[tuple[int, int, AccountId]]) -> None:
    """Have messages wait for texts: message, text, and whose they are."""
    if rows:
        _WAIT.run_many(tx, rows)


def leave(tx: Tx, ids: Collection[int]) -> None:
    """Forget that messages wait."""
    if ids:
        _LEAVE.run(tx, ids=list(ids))


def decide(tx: Tx, number: int, earlier: Collection[Ruling], verdict: Verdict, now_ms: int) -> bool:
    """Store a decision, unless the text is in none of the ``earlier`` states; return whether it was stored."""
    state = Ruling.APPROVING if verdict.approved else Ruling.REJECTING
    chosen = update(moderations).where(
        moderations.c.id == number, moderations.c.state.in_([one.value for one in earlier])
    )
    values = {"decided_at": now_ms, "decided_by": verdict.by[:64], "reason": verdict.reason[:255]}
    return tx.execute(chosen.values(state=state.value, **values)).rowcount == 1


def settle(tx: Tx, number: int, decided: Ruling, state: Ruling) -> None:
    """Say that nothing waits any more for a text that was decided on, unless it has been decided otherwise since."""
    chosen = update(moderations).where(moderations.c.id == number, moderations.c.state == decided.value)
    tx.execute(chosen.values(state=state.value))


def unsettled(tx: Tx) -> Sequence[tuple[int, Ruling]]:
    """Return the texts that were decided on and may still be waited for."""
    asked = select(moderations.c.id, moderations.c.state)
    chosen = asked.where(moderations.c.state.in_([one.value for one in UNSETTLED])).order_by(moderations.c.id)
    return [(row.id, Ruling(row.state)) for row in tx.execute(chosen)]


def waiting(tx: Tx, number: int, limit: int) -> Sequence[int]:
    """Return messages that wait for a text, those accepted first first."""
    asked = select(moderated.c.message_id).where(moderated.c.moderation_id == number)
    return list(tx.execute(asked.order_by(moderated.c.message_id).limit(limit)).scalars())


def by_id(tx: Tx, number: int) -> Moderation | None:
    """Return a text."""
    row = tx.execute(select(moderations).where(moderations.c.id == number)).first()
    return None if row is None else _moderation(row, _counts(tx, [number]))


def of_text(tx: Tx, account: AccountId, digest: str) -> Moderation | None:
    """Return an account's text by its digest."""
    chosen = select(moderations).where(moderations.c.account_id == account, moderations.c.digest == digest)
    row = tx.execute(chosen).first()
    return None if row is None else _moderation(row, _counts(tx, [row.id]))


def listed(tx: Tx, states: Collection[Ruling], limit: int, account: AccountId | None = None) -> Sequence[Moderation]:
    """Return texts in some states, of one account or of all: the newest first."""
    asked = select(moderations).where(moderations.c.state.in_([one.value for one in states]))
    if account is not None:
        asked = asked.where(moderations.c.account_id == account)
    return _with_counts(tx, asked.order_by(moderations.c.id.desc()), limit)


def awaited(tx: Tx, limit: int, account: AccountId | None = None) -> Sequence[Moderation]:
    """Return the texts that messages really wait for, those that waited longest first."""
    messages = select(moderated.c.message_id).join(queue, queue.c.message_id == moderated.c.message_id)
    live = messages.where(moderated.c.moderation_id == moderations.c.id, queue.c.kind == int(Kind.MODERATE))
    asked = select(moderations).where(moderations.c.state == Ruling.WAITING.value, live.exists())
    if account is not None:
        asked = asked.where(moderations.c.account_id == account)
    return _with_counts(tx, asked.order_by(moderations.c.id), limit)


def words(tx: Tx) -> Sequence[str]:
    """Return the stop words, in order."""
    return list(tx.execute(select(moderation_words.c.word).order_by(moderation_words.c.word)).scalars())


def add_words(tx: Tx, new: Collection[str], now_ms: int) -> int:
    """Add stop words; return how many were not there before."""
    before = len(words(tx))
    if new:
        rows = [{"word": word, "created_at": now_ms} for word in new]
        tx.execute(flavour(tx).insert(moderation_words).on_conflict_do_nothing(), rows)
    counters.touch_revision(tx)
    return len(words(tx)) - before


def remove_words(tx: Tx, gone: Collection[str]) -> int:
    """Take stop words away; return how many were there."""
    removed = tx.execute(delete(moderation_words).where(moderation_words.c.word.in_(list(gone)))).rowcount
    counters.touch_revision(tx)
    return removed


def _counts(tx: Tx, numbers: Collection[int]) -> Mapping[int, int]:
    """Return how many messages really wait: some have been cancelled, or have expired."""
    asked = (
        select(moderated.c.moderation_id, func.count())
        .join(queue, queue.c.message_id == moderated.c.message_id)
        .where(moderated.c.moderation_id.in_(list(numbers)), queue.c.kind == int(Kind.MODERATE))
        .group_by(moderated.c.moderation_id)
    )
    return {row[0]: row[1] for row in tx.execute(asked)}


def _with_counts(tx: Tx, asked: Select[Any], limit: int) -> Sequence[Moderation]:
    rows = tx.execute(asked.limit(limit)).all()
    counts = _counts(tx, [row.id for row in rows])
    return [_moderation(row, counts) for row in rows]


def _moderation(row: Row[Any], counts: Mapping[int, int]) -> Moderation:
    return Moderation(
        id=row.id,
        account=AccountId(row.account_id),
        text=row.text,
        cause=row.cause,
        state=Ruling(row.state),
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
        messages=counts.get(row.id, 0),
    )
