"""Patterns: kept by clients, approved by the operator. A text that fits an approved one needs no moderation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tolmach.core.commands import DropPattern, EditPatterns, ListPatterns, PutPattern
from tolmach.core.ids import parse_id
from tolmach.core.moderation import Verdict
from tolmach.core.moments import to_ms
from tolmach.core.results import Pattern, PatternEdit, PatternEdited, PatternEditsResult, PatternsResult, SenderState
from tolmach.services import accounts
from tolmach.services.administration import NotFoundError
from tolmach.services.context import Context, Handlers
from tolmach.store import accounts as stored_accounts
from tolmach.store import patterns
from tolmach.store.database import Tx
from tolmach.store.patterns import StoredPattern

MOST = 1_000  # patterns of one account


@dataclass(frozen=True, slots=True)
class Listed:
    """A pattern with its account's login."""

    login: str
    pattern: StoredPattern


def list_patterns(asked: Context, _command: ListPatterns) -> PatternsResult:
    """Return the account's patterns, approved or not."""
    found = patterns.of_account(asked.tx, asked.account.id)
    return PatternsResult([Pattern(one.id, one.name, one.text) for one in found])


def edit_patterns(asked: Context, command: EditPatterns) -> PatternEditsResult:
    """Carry out edits in order."""
    return PatternEditsResult(
        [_put(asked, edit) if isinstance(edit, PutPattern) else _drop(asked, edit) for edit in command.edits]
    )


def _put(asked: Context, edit: PutPattern) -> PatternEdited:
    tx, account, now = asked.tx, asked.account.id, to_ms(asked.now)
    if edit.reference is None:
        if not (edit.text or "").strip() or patterns.count(tx, account) >= MOST:
            return PatternEdited(PatternEdit.UNCHANGED)
        number = patterns.add(tx, account, edit.name or "", edit.text or "", now)
        return PatternEdited(PatternEdit.INSERTED, number)
    known = _own(asked, edit.reference)
    if known is None:
        return PatternEdited(PatternEdit.NOT_FOUND)
    name = known.name if edit.name is None else edit.name
    text = edit.text if (edit.text or "").strip() else known.text
    if (name, text) == (known.name, known.text):
        return PatternEdited(PatternEdit.UNCHANGED, known.id)
    changed = replace(known, name=name, text=text or "", changed_at=now)
    if text != known.text:  # what was approved is another text
        changed = replace(changed, state=SenderState.ORDER, decided_by="", reason="")
    patterns.change(tx, changed)
    return PatternEdited(PatternEdit.CHANGED, known.id)


def _drop(asked: Context, edit: DropPattern) -> PatternEdited:
    number = parse_id(edit.reference)
    if number is None or not patterns.remove(asked.tx, asked.account.id, number):
        return PatternEdited(PatternEdit.NOT_FOUND)
    return PatternEdited(PatternEdit.DELETED, number)


def _own(asked: Context, reference: str) -> StoredPattern | None:
    number = parse_id(reference)
    return None if number is None else patterns.by_id(asked.tx, asked.account.id, number)


# --- the operator's side


def listing(tx: Tx, login: str | None = None, *, waiting: bool = False) -> Sequence[Listed]:
    """Return the patterns of one account or of all, or those only that wait for a decision; NotFoundError."""
    logins = {one.id: one.login for one in stored_accounts.everyone(tx)}
    chosen = None if login is None else accounts.find(tx, login).id
    found = patterns.everyone(tx, SenderState.ORDER if waiting else None)
    return [Listed(logins[one.account], one) for one in found if chosen is None or one.account == chosen]


def decided(tx: Tx, limit: int) -> Sequence[Listed]:
    """Return the patterns that were decided on, the newest first."""
    logins = accounts.logins(tx)
    return [Listed(logins[one.account], one) for one in patterns.decided(tx, limit)]


def decide(tx: Tx, number: int, verdict: Verdict, now: datetime) -> Listed:
    """Approve or reject a pattern; NotFoundError."""
    known = next((one for one in listing(tx) if one.pattern.id == number), None)
    if known is None:
        raise NotFoundError("pattern", str(number))
    state = SenderState.COMPLETED if verdict.approved else SenderState.REJECTED
    decided = replace(known.pattern, state=state, changed_at=to_ms(now), decided_by=verdict.by, reason=verdict.reason)
    patterns.change(tx, decided)
    return Listed(known.login, decided)


READERS: Handlers = {ListPatterns: list_patterns}
WRITERS: Handlers = {EditPatterns: edit_patterns}
