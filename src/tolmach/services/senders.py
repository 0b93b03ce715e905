"""Senders of accounts: asked for by clients with their papers, and the operator's decisions on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tolmach.core.accounts import Account
from tolmach.core.commands import RegisterSenders
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import parse_id
from tolmach.core.moderation import Verdict
from tolmach.core.moments import to_ms
from tolmach.core.papers import Papers, registrable
from tolmach.core.results import Registration, SenderRegistered, SendersRegistered, SenderState
from tolmach.core.sentences import say
from tolmach.services import accounts, fields, registry
from tolmach.services.administration import ConflictError, NotFoundError
from tolmach.services.context import Context, Handlers
from tolmach.store import accounts as stored_accounts
from tolmach.store import files, registrations, senders
from tolmach.store.database import Tx
from tolmach.store.registrations import Registered

MOST_WAITING = 500  # senders of one account


@dataclass(frozen=True, slots=True)
class Listed:
    """A sender of an account; ``default``: used when a message names none."""

    login: str
    name: str
    state: str
    default: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sender that waits for a decision, or was decided on, with its papers."""

    login: str
    sender: Registered


# --- the client's side


def register(asked: Context, command: RegisterSenders) -> SendersRegistered:
    """Take senders up: usable at once where the account may use any, else into the moderation queue.

    A sender that is there already keeps its state, unless it was rejected: then it waits again, with the new papers.
    """
    ids = [parse_id(reference) for reference in command.files]
    wanted = frozenset(number for number in ids if number is not None)
    own = files.owned(asked.tx, asked.account.id, wanted) if wanted else frozenset()
    missing = None in ids or own != wanted
    papers = replace(command.papers, files=tuple(sorted(own)))
    return SendersRegistered([_register(asked, name, papers, missing=missing) for name in command.names])


def _register(asked: Context, name: str, papers: Papers, *, missing: bool) -> SenderRegistered:
    if not registrable(name):
        return SenderRegistered(Registration.BAD_NAME)
    if missing:
        return SenderRegistered(Registration.NO_FILE)
    tx, account, now = asked.tx, asked.account, to_ms(asked.now)
    known = senders.of_account(tx, account.id)
    state = known.get(name)
    usable = account.any_sender or state == SenderState.COMPLETED
    if state is None and sum(one == SenderState.ORDER for one in known.values()) >= MOST_WAITING:
        raise RequestError(Failure.BUSY, "too many senders wait for a decision")
    if state is None or (state == SenderState.REJECTED and not usable):
        senders.put(tx, account.id, name, SenderState.COMPLETED if usable else SenderState.ORDER, now)
    decided = state == SenderState.COMPLETED or papers == Papers()
    number = registrations.put(tx, account.id, name, None if decided else papers, now)
    registry.post(tx, account.id, name, papers, asked.now)
    return SenderRegistered(Registration.ADDED if usable else Registration.QUEUED, number)


# --- the operator's side


def add(tx: Tx, login: str, name: str, now: datetime, *, approved: bool = False) -> None:
    """Add a sender that waits for a decision, or is approved at once; BadValueError, NotFoundError, ConflictError."""
    account = accounts.find(tx, login)
    fields.sender(name)
    state = senders.of_account(tx, account.id).get(name)
    if state is not None:
        raise ConflictError(
            say("account %(login)r has the sender %(name)r already (%(state)s)", login=login, name=name, state=state)
        )
    senders.put(tx, account.id, name, SenderState.COMPLETED if approved else SenderState.ORDER, to_ms(now))
    registrations.put(tx, account.id, name, None, to_ms(now))


def decide(tx: Tx, login: str, name: str, verdict: Verdict, now: datetime) -> Listed:
    """Approve or reject a sender; who did it and why is kept; NotFoundError.

    Who approves a sender has looked at its papers: those of its files that wait are approved with it.
    """
    account = _with(tx, login, name)
    state = SenderState.COMPLETED if verdict.approved else SenderState.REJECTED
    senders.put(tx, account.id, name, state, to_ms(now))
    registrations.decide(tx, account.id, name, verdict, to_ms(now))
    registered = registrations.find(tx, account.id, name)
    if verdict.approved and registered is not None and registered.papers.files:
        files.decide(tx, registered.papers.files, verdict, to_ms(now), (SenderState.ORDER,))
    return Listed(login, name, state, account.default_sender == name)


def set_traffic(tx: Tx, login: str, name: str, traffic: str | None) -> None:
    """Give a sender a class of traffic, or (None) that of its account; NotFoundError or BadValueError."""
    account = accounts.find(tx, login)
    known = senders.of_account(tx, account.id)
    if name not in known:
        raise NotFoundError("sender", name, known.keys())
    senders.set_traffic(tx, account.id, name, None if traffic is None else fields.traffic(traffic))


def listing(tx: Tx, login: str | None = None) -> Sequence[Listed]:
    """Return the senders of one account or of all; NotFoundError."""
    chosen = stored_accounts.everyone(tx) if login is None else [accounts.find(tx, login)]
    return [
        Listed(account.login, name, state, account.default_sender == name)
        for account in chosen
        for name, state in senders.of_account(tx, account.id).items()
    ]


def waiting(tx: Tx) -> Sequence[Waiting]:
    """Return the senders that wait for a decision, those that were asked for first first."""
    logins = {one.id: one.login for one in stored_accounts.everyone(tx)}
    return [Waiting(logins[one.account], one) for one in registrations.waiting(tx)]


def decided(tx: Tx, limit: int) -> Sequence[Waiting]:
    """Return the senders that were decided on, the newest decisions first."""
    logins = accounts.logins(tx)
    return [Waiting(logins[one.account], one) for one in registrations.decided(tx, limit)]


def shown(tx: Tx, login: str, name: str) -> Waiting:
    """Return a sender with its papers and who decided on it; NotFoundError."""
    account = _with(tx, login, name)
    found = registrations.find(tx, account.id, name)
    if found is None:  # a sender of a time before there were papers
        state = senders.of_account(tx, account.id)[name]
        return Waiting(login, Registered(0, account.id, name, state, Papers(), 0, None, "", ""))
    return Waiting(login, found)


def _with(tx: Tx, login: str, name: str) -> Account:
    """Return an account that has a sender."""
    account = accounts.find(tx, login)
    known = senders.of_account(tx, account.id)
    if name not in known:
        raise NotFoundError("sender", name, known.keys())
    return account


WRITERS: Handlers = {RegisterSenders: register}
