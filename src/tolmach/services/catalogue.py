"""The catalogue: accounts, senders, tariffs and directions, remembered until anything of it changes.

Every change of these tables moves one counter, the revision. A transaction reads the counter first; while it stands
still, what was loaded at that revision is true for the transaction. One that moves the counter itself may come to
nothing, and another will count the same number again, so what it loads is its own.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from tolmach.core.accounts import Account
from tolmach.core.admission import Terms
from tolmach.core.ids import AccountId
from tolmach.core.inbox import Claim
from tolmach.core.moderation import Mode, Policy, Rules
from tolmach.core.numbering import Numbering
from tolmach.core.plans import PlannedStep
from tolmach.core.route import Subject
from tolmach.core.tariff import NO_TARIFF, Tariff
from tolmach.core.traffic import traffic_of
from tolmach.services import numberingplan
from tolmach.services.router import Router
from tolmach.store import (
    accounts,
    counters,
    inbox_numbers,
    moderations,
    patterns,
    routes,
    senders,
    stops,
    tariffs,
    tokens,
)
from tolmach.store.database import Tx
from tolmach.store.messages import Message

K = TypeVar("K")
V = TypeVar("V")


class Snapshot:
    """What is known at one revision; loaded piece by piece by the transactions that ask."""

    def __init__(self, revision: int, policy: Policy) -> None:
        self.revision = revision
        self._policy = policy
        self._rules: dict[AccountId, Rules] = {}
        self._accounts: dict[AccountId, Account | None] = {}
        self._terms: dict[AccountId, Terms] = {}
        self._tokens: dict[AccountId, frozenset[str]] = {}
        self._tariffs: dict[int, Tariff] = {}
        self._stops_exist: bool | None = None
        self._numbering: Numbering | None = None
        self._router: Router | None = None
        self._inbox_claims: Mapping[str, Sequence[Claim]] | None = None

    def account(self, tx: Tx, account: AccountId) -> Account | None:
        """Return an account."""
        return _remember(self._accounts, account, lambda: accounts.by_id(tx, account))

    def terms(self, tx: Tx, account: Account) -> Terms:
        """Return what an account may do."""
        return _remember(self._terms, account.id, lambda: self._load_terms(tx, account))

    def tokens(self, tx: Tx, account: AccountId) -> frozenset[str]:
        """Return the digests of an account's tokens, expired ones too."""
        return _remember(
            self._tokens, account, lambda: frozenset(token.digest for token in tokens.of_account(tx, account))
        )

    def rules(self, tx: Tx, account: Account) -> Rules | None:
        """Return what an account's texts are held against; None when nothing of them is moderated."""
        if account.moderation == Mode.OFF:
            return None
        return _remember(self._rules, account.id, lambda: self._load_rules(tx, account))

    def stops_exist(self, tx: Tx) -> bool:
        """Tell whether any stop list has a number."""
        if self._stops_exist is None:
            self._stops_exist = stops.any_at_all(tx)
        return self._stops_exist

    def numbering(self, tx: Tx) -> Numbering:
        """Return the numbering plan."""
        if self._numbering is None:
            self._numbering = numberingplan.current(tx)
        return self._numbering

    def inbox_claims(self, tx: Tx) -> Mapping[str, Sequence[Claim]]:
        """Return whose the numbers are that subscribers write to."""
        if self._inbox_claims is None:
            self._inbox_claims = inbox_numbers.claims(tx)
        return self._inbox_claims

    def _load_rules(self, tx: Tx, account: Account) -> Rules:
        words, approved = frozenset(moderations.words(tx)), tuple(patterns.approved(tx, account.id))
        return Rules(Mode(account.moderation), self._policy, words, approved)

    def router(self, tx: Tx) -> Router:
        """Return the rules of routing; the numbering plan is only loaded for rules that name an operator."""
        if self._router is None:
            rules = routes.everything(tx)
            by_operator = any(rule.conditions.operator for rule in rules)
            self._router = Router(rules, self.numbering(tx) if by_operator else None)
        return self._router

    def subject(self, tx: Tx, message: Message, step: PlannedStep, lane: int) -> Subject:
        """Return what the rules of routing are asked about a step."""
        account = self.account(tx, message.account)
        tariff = None if account is None else self.terms(tx, account).tariff
        return self.router(tx).subject(message.account, message.recipient, step, traffic_of(lane), tariff)

    def _load_terms(self, tx: Tx, account: Account) -> Terms:
        number = account.tariff
        tariff = NO_TARIFF if number is None else _remember(self._tariffs, number, lambda: tariffs.load(tx, number))
        closed, traffic = tariffs.closed_for(tx, account.id), senders.traffic_of(tx, account.id)
        return Terms(account, senders.of_account(tx, account.id), tariff, closed, traffic)


class Catalogue:
    """Hands out the snapshot that belongs to a transaction. Safe to use from several threads."""

    def __init__(self, policy: Policy | None = None) -> None:
        """``policy`` is that of moderation."""
        self._policy = policy or Policy()
        self._latest = Snapshot(-1, self._policy)
        self._private = threading.local()

    def at(self, tx: Tx) -> Snapshot:
        """Return the snapshot for the revision that ``tx`` sees."""
        revision = counters.value(tx, counters.REVISION)
        if counters.moved_revision(tx):
            return self._of_its_own(tx, revision)
        latest = self._latest
        if latest.revision == revision:
            return latest
        fresh = Snapshot(revision, self._policy)
        if revision > latest.revision:
            self._latest = fresh
        return fresh

    def _of_its_own(self, tx: Tx, revision: int) -> Snapshot:
        """Return a snapshot that no other transaction gets."""
        transaction, found = getattr(self._private, "found", (None, None))
        if found is None or transaction is not tx.get_transaction() or found.revision != revision:
            found = Snapshot(revision, self._policy)
            self._private.found = tx.get_transaction(), found
        return found


def _remember(memory: dict[K, V], key: K, load: Callable[[], V]) -> V:
    found = memory.get(key)
    if found is None:
        found = memory[key] = load()
    return found
