"""The registry of senders at mobile operators: clients ask, the operator of the gateway says how far it has come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tolmach.core.commands import DropRegistration, EditRegistry, ListRegistry, PutRegistration
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.papers import Papers
from tolmach.core.registry import OPERATORS, RegistryState, of_network
from tolmach.core.results import RegistryEdit, RegistryEditsResult, RegistryEntry, RegistryResult
from tolmach.core.sentences import say
from tolmach.core.timezones import to_wall
from tolmach.services import accounts
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.services.context import Context, Handlers
from tolmach.store import accounts as stored_accounts
from tolmach.store import registry
from tolmach.store.database import Tx
from tolmach.store.registry import Listing

_GONE = frozenset({RegistryState.DELETED})
_ASKED_AGAIN = frozenset({RegistryState.REFUSED, RegistryState.TO_DELETE, RegistryState.DELETED})


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the registry with its account's login."""

    login: str
    row: Listing


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a registration has come (a `RegistryState`), who says so, and why."""

    state: str
    by: str
    reason: str = ""


def list_registry(asked: Context, command: ListRegistry) -> RegistryResult:
    """Return the account's rows that fit."""
    zone = asked.account.time_zone
    rows = [row for row in registry.of_account(asked.tx, asked.account.id) if _fits(row, command)]
    rows.sort(key=lambda row: (list(OPERATORS).index(row.operator), row.sender))
    return RegistryResult(
        [
            RegistryEntry(
                row.operator,
                row.sender,
                to_wall(from_ms(row.created_at), zone),
                row.legal_entity,
                row.inn,
                row.comment,
                row.state,
                to_wall(from_ms(row.changed_at), zone),
                row.reason if row.state is RegistryState.REFUSED else "",
            )
            for row in rows
        ]
    )


def edit_registry(asked: Context, command: EditRegistry) -> RegistryEditsResult:
    """Carry out wishes in order."""
    return RegistryEditsResult(
        [_put(asked, edit) if isinstance(edit, PutRegistration) else _drop(asked, edit) for edit in command.edits]
    )


def post(tx: Tx, account: AccountId, sender: str, papers: Papers, now: datetime) -> None:
    """Ask the operators that the papers of a sender name; networks without a registry are left to the moderator."""
    for mcc, mnc in papers.operators:
        operator = of_network(mcc, mnc)
        if operator is not None:
            wish = PutRegistration(sender, operator.word, papers.counterparty, papers.inn, papers.comment)
            _ask(tx, account, wish, to_ms(now))


def _fits(row: Listing, command: ListRegistry) -> bool:
    wanted = ((command.operator, row.operator), (command.sender, row.sender), (command.inn, row.inn))
    return all(not asked or asked == found for asked, found in wanted)


def _put(asked: Context, wish: PutRegistration) -> RegistryEdit:
    if wish.operator not in OPERATORS:
        return RegistryEdit.UNKNOWN_OPERATOR
    if wish.sender not in asked.snapshot.terms(asked.tx, asked.account).senders:
        return RegistryEdit.UNKNOWN_SENDER
    _ask(asked.tx, asked.account.id, wish, to_ms(asked.now))
    return RegistryEdit.ADDED


def _ask(tx: Tx, account: AccountId, wish: PutRegistration, now: int) -> None:
    """What an operator has approved, or looks at, stays as it is; what it said no to is posted again."""
    known = registry.find(tx, account, wish.sender, wish.operator)
    state = RegistryState.POSTED if known is None or known.state in _ASKED_AGAIN else known.state
    row = Listing(account, wish.sender, wish.operator, wish.legal_entity, wish.inn[:32], wish.comment, state, now, now)
    if known is None or state is RegistryState.POSTED:
        registry.put(tx, row)


def _drop(asked: Context, wish: DropRegistration) -> RegistryEdit:
    rows = [
        row
        for row in registry.of_account(asked.tx, asked.account.id)
        if row.sender == wish.sender and wish.operator in ("", row.operator) and row.state not in _GONE
    ]
    for row in rows:
        gone = replace(row, state=RegistryState.TO_DELETE, changed_at=to_ms(asked.now), changed_by="", reason="")
        registry.put(asked.tx, gone)
    return RegistryEdit.DELETED if rows else RegistryEdit.UNKNOWN_SENDER


# --- the operator's side


def listing(tx: Tx, login: str | None = None, state: str | None = None) -> Sequence[Listed]:
    """Return the rows of one account or of all, in one state or in any; BadValueError, NotFoundError."""
    wanted = None if state is None else _state(state)
    logins = {one.id: one.login for one in stored_accounts.everyone(tx)}
    chosen = None if login is None else accounts.find(tx, login).id
    return [
        Listed(logins[row.account], row)
        for row in registry.in_state(tx, wanted)
        if chosen is None or row.account == chosen
    ]


def some(tx: Tx, login: str | None, states: Collection[RegistryState], limit: int, skip: int = 0) -> Sequence[Listed]:
    """Return rows in these states (none: in any) of one account or of all; NotFoundError."""
    logins = accounts.logins(tx)
    chosen = None if login is None else accounts.find(tx, login).id
    return [Listed(logins[row.account], row) for row in registry.some(tx, states, chosen, limit, skip)]


def decide(tx: Tx, login: str, sender: str, operator: str, standing: Standing, now: datetime) -> None:
    """Say how far the registration at an operator has come; BadValueError, NotFoundError."""
    wanted = _state(standing.state)
    account = accounts.find(tx, login)
    known = registry.find(tx, account.id, sender, operator)
    if known is None:
        rows = registry.of_account(tx, account.id)
        raise NotFoundError("registration", f"{sender} at {operator}", [f"{r.sender} at {r.operator}" for r in rows])
    by, reason = standing.by[:64], standing.reason[:255]
    registry.put(tx, replace(known, state=wanted, changed_at=to_ms(now), changed_by=by, reason=reason))


def _state(word: str) -> RegistryState:
    try:
        return RegistryState(word)
    except ValueError:
        raise BadValueError(
            say("state %(word)r is none of %(known)s", word=word, known=", ".join(RegistryState))
        ) from None


READERS: Handlers = {ListRegistry: list_registry}
WRITERS: Handlers = {EditRegistry: edit_registry}
