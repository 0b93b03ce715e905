"""Senders of accounts and the operator's decisions on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.moments import to_ms
from tolmach.core.results import SenderState
from tolmach.services import accounts, fields
from tolmach.services.administration import ConflictError, NotFoundError
from tolmach.store import accounts as stored_accounts
from tolmach.store import senders
from tolmach.store.database import Tx


@dataclass(frozen=True, slots=True)
class Listed:
    """A sender of an account; ``default``: used when a message names none."""

    login: str
    name: str
    state: str
    default: bool


def add(tx: Tx, login: str, name: str, now: datetime, *, approved: bool = False) -> None:
    """Add a sender that waits for a decision, or is approved at once; BadValueError, NotFoundError, ConflictError."""
    account = accounts.find(tx, login)
    fields.sender(name)
    state = senders.of_account(tx, account.id).get(name)
    if state is not None:
        raise ConflictError(f"account {login!r} has the sender {name!r} already ({state})")
    senders.put(tx, account.id, name, SenderState.COMPLETED if approved else SenderState.ORDER, to_ms(now))


def decide(tx: Tx, login: str, name: str, now: datetime, *, approved: bool) -> Listed:
    """Approve or reject a sender; NotFoundError."""
    account = accounts.find(tx, login)
    known = senders.of_account(tx, account.id)
    if name not in known:
        raise NotFoundError("sender", name, known.keys())
    state = SenderState.COMPLETED if approved else SenderState.REJECTED
    senders.put(tx, account.id, name, state, to_ms(now))
    return Listed(login, name, state, account.default_sender == name)


def listing(tx: Tx, login: str | None = None) -> Sequence[Listed]:
    """Return the senders of one account or of all; NotFoundError."""
    chosen = stored_accounts.everyone(tx) if login is None else [accounts.find(tx, login)]
    return [
        Listed(account.login, name, state, account.default_sender == name)
        for account in chosen
        for name, state in senders.of_account(tx, account.id).items()
    ]
