"""Accounts: added, looked up and changed by an operator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tolmach.core.accounts import DIALECTS, Account
from tolmach.core.ids import AccountId
from tolmach.core.moments import to_ms
from tolmach.core.money import Money
from tolmach.core.results import SenderState
from tolmach.core.sentences import say
from tolmach.services import fields
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.store import accounts, ledger, senders, tariffs
from tolmach.store.database import Tx
from tolmach.store.ledger import Balance

DEFAULT_ZONE = "Europe/Moscow"
DEFAULT_CURRENCY = "RUB"


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change of an account: None leaves a thing as it is, "" or () takes it away."""

    callback_url: str | None = None
    default_sender: str | None = None
    time_zone: str | None = None
    any_sender: bool | None = None
    networks: tuple[str, ...] | None = None
    deduplicates: bool | None = None
    tariff: str | None = None
    client_number: int | None = None
    dialects: tuple[str, ...] | None = None
    parent: str | None = None
    moderation: str | None = None
    traffic: str | None = None
    credit: Money | None = None
    uncertain: str | None = None
    request_rate: str | None = None
    message_rate: str | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """An account with its money, the name of its tariff and the login of its reseller."""

    account: Account
    balance: Balance
    tariff: str | None
    parent: str | None = None


def find(tx: Tx, login: str) -> Account:
    """Return an account; NotFoundError."""
    account = accounts.by_login(tx, login)
    if account is None:
        raise NotFoundError("account", login, [one.login for one in accounts.everyone(tx)])
    return account


def overview(tx: Tx, login: str) -> Overview:
    """Return an account with its balance; NotFoundError."""
    return overviews(tx, [find(tx, login)])[0]


def everyone(tx: Tx, parent: str | None = None) -> Sequence[Overview]:
    """Return all accounts (of a reseller), oldest first; NotFoundError for an unknown reseller."""
    found = accounts.everyone(tx)
    if parent is not None:
        owner = find(tx, parent).id
        found = [account for account in found if account.parent == owner]
    return overviews(tx, found)


def logins(tx: Tx) -> Mapping[AccountId, str]:
    """Return the login of every account."""
    return {account.id: account.login for account in accounts.everyone(tx)}


def add(
    tx: Tx, login: str, password_hash: str, changes: Changes, now: datetime, currency: str = DEFAULT_CURRENCY
) -> Account:
    """Store a new account with an empty balance; BadValueError or ConflictError."""
    fields.login(login)
    if accounts.by_login(tx, login) is not None:
        raise ConflictError(say("there is an account %(login)r already", login=login))
    if changes.default_sender and not changes.any_sender:
        raise ConflictError(say("a new account has no senders yet: add the sender first, then make it the default"))
    columns = {
        "login": login,
        "password_hash": password_hash,
        "time_zone": DEFAULT_ZONE,
        "currency": fields.currency(currency),
        "client_number": accounts.next_client_number(tx),
        "created_at": to_ms(now),
    }
    accounts.add(tx, columns | _columns(tx, None, changes))
    account = find(tx, login)
    _check_parent(tx, account)
    return account


def change(tx: Tx, login: str, changes: Changes) -> Account:
    """Change an account; BadValueError, NotFoundError or ConflictError."""
    account = find(tx, login)
    columns = _columns(tx, account, changes)
    if not columns:
        raise BadValueError(say("nothing to change: name at least one thing"))
    _check_default_sender(tx, account, changes)
    accounts.change(tx, account.id, columns)
    account = find(tx, login)
    _check_parent(tx, account)
    return account


def set_password(tx: Tx, login: str, password_hash: str) -> None:
    """Store the hash of a new password; NotFoundError."""
    accounts.change(tx, find(tx, login).id, {"password_hash": password_hash})


def set_blocked(tx: Tx, login: str, *, blocked: bool) -> bool:
    """Block or unblock an account; return whether that changed anything; NotFoundError."""
    account = find(tx, login)
    if account.blocked != blocked:
        accounts.change(tx, account.id, {"blocked": blocked})
    return account.blocked != blocked


def overviews(tx: Tx, found: Sequence[Account]) -> Sequence[Overview]:
    """Return accounts with their balances, in order."""
    balances = ledger.balances_of(tx, [account.id for account in found])
    names = dict(tariffs.names(tx))
    names_of = logins(tx)
    return [
        Overview(
            account,
            balances[account.id],
            None if account.tariff is None else names[account.tariff],
            None if account.parent is None else names_of[account.parent],
        )
        for account in found
    ]


def _columns(tx: Tx, account: Account | None, changes: Changes) -> dict[str, Any]:
    """Return the checked columns of what is to change."""
    columns: dict[str, Any] = {}
    if changes.callback_url is not None:
        columns["callback_url"] = fields.callback_url(changes.callback_url) if changes.callback_url else None
    if changes.default_sender is not None:
        columns["default_sender"] = fields.sender(changes.default_sender) if changes.default_sender else None
    if changes.time_zone is not None:
        columns["time_zone"] = fields.time_zone(changes.time_zone)
    if changes.networks is not None:
        columns["networks"] = " ".join(dict.fromkeys(fields.network(text) for text in changes.networks))
    if changes.client_number is not None:
        columns["client_number"] = _client_number(tx, account, changes.client_number)
    if changes.tariff is not None:
        columns["tariff_id"] = _tariff(tx, changes.tariff)
    switches = {"any_sender": changes.any_sender, "deduplicates": changes.deduplicates}
    return columns | _place(tx, changes) | {name: value for name, value in switches.items() if value is not None}


def _place(tx: Tx, changes: Changes) -> dict[str, Any]:
    """Return the checked columns of what it may speak, whose sub-account it is, and what of it is moderated."""
    columns: dict[str, Any] = {}
    if changes.moderation is not None:
        columns["moderation"] = fields.moderation(changes.moderation)
    if changes.dialects is not None:
        columns["dialects"] = " ".join(dict.fromkeys(_dialect(name) for name in changes.dialects))
    if changes.parent is not None:
        columns["parent_id"] = find(tx, changes.parent).id if changes.parent else None
    if changes.credit is not None:
        columns["credit"] = fields.credit(changes.credit)
    if changes.traffic is not None:
        columns["traffic"] = fields.traffic(changes.traffic).value
    if changes.uncertain is not None:
        columns["uncertain"] = fields.uncertain(changes.uncertain).value
    rates = {"request_rate": changes.request_rate, "message_rate": changes.message_rate}
    return columns | {name: fields.rate(written) for name, written in rates.items() if written is not None}


def _client_number(tx: Tx, account: Account | None, number: int) -> int:
    owner = accounts.by_client_number(tx, fields.client_number(number))
    if owner is not None and (account is None or owner.id != account.id):
        raise ConflictError(
            say("client number %(number)s belongs to account %(login)r", number=number, login=owner.login)
        )
    return number


def _tariff(tx: Tx, name: str) -> int:
    tariff = tariffs.by_name(tx, name)
    if tariff is None:
        raise NotFoundError("tariff", name, [known for _, known in tariffs.names(tx)])
    return tariff


def _dialect(name: str) -> str:
    if name not in DIALECTS:
        raise NotFoundError("dialect", name, DIALECTS)
    return name


def _check_parent(tx: Tx, account: Account) -> None:
    """Money moves between a reseller and its clients, so they share a currency, and nobody is his own reseller."""
    seen = {account.id}
    above = account
    while above.parent is not None:
        owner = accounts.by_id(tx, above.parent)
        assert owner is not None
        if owner.id in seen:
            raise ConflictError(say("account %(login)r would be its own reseller", login=account.login))
        if owner.currency != account.currency:
            raise ConflictError(
                say(
                    "%(login)r has %(currency)s, but %(login2)r has %(currency2)s",
                    login=account.login,
                    currency=account.currency,
                    login2=owner.login,
                    currency2=owner.currency,
                )
            )
        seen.add(owner.id)
        above = owner


def _check_default_sender(tx: Tx, account: Account, changes: Changes) -> None:
    """A default sender that may not be used would refuse every message without a sender of its own."""
    any_sender = account.any_sender if changes.any_sender is None else changes.any_sender
    name = changes.default_sender
    if name and not any_sender and senders.of_account(tx, account.id).get(name) != SenderState.COMPLETED:
        raise ConflictError(
            say(
                "sender %(name)r is not approved for account %(login)r: add and approve it first",
                name=name,
                login=account.login,
            )
        )
