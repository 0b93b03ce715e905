"""Accounts: who may send, and how."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update

from tolmach.core.accounts import Account
from tolmach.core.delivery import Uncertain
from tolmach.core.ids import AccountId
from tolmach.core.limits import Pace
from tolmach.core.money import Money
from tolmach.core.traffic import Traffic
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import accounts, balances


def add(tx: Tx, fields: Mapping[str, Any]) -> AccountId:
    """Store a new account with an empty balance and return its id."""
    key = tx.execute(insert(accounts).values(**fields)).inserted_primary_key
    assert key is not None
    tx.execute(insert(balances).values(account_id=key[0], available=0, held=0))
    counters.touch_revision(tx)
    return AccountId(key[0])


def change(tx: Tx, account: AccountId, fields: Mapping[str, Any]) -> None:
    """Change columns of an account."""
    tx.execute(update(accounts).where(accounts.c.id == account).values(**fields))
    counters.touch_revision(tx)


def by_id(tx: Tx, account: AccountId) -> Account | None:
    """Return an account."""
    return _one(tx, accounts.c.id == account)


def by_login(tx: Tx, login: str) -> Account | None:
    """Return an account by its login (exact)."""
    return _one(tx, accounts.c.login == login)


def by_client_number(tx: Tx, number: int) -> Account | None:
    """Return an account by its Mobilgroup ``user_id``."""
    return _one(tx, accounts.c.client_number == number)


def everyone(tx: Tx) -> Sequence[Account]:
    """Return all accounts, by id."""
    return [_account(row) for row in tx.execute(select(accounts).order_by(accounts.c.id)).mappings()]


def paces(tx: Tx) -> Mapping[AccountId, Pace]:
    """Return the paces of the accounts that have one of their own."""
    own = accounts.c.request_rate.is_not(None) | accounts.c.message_rate.is_not(None)
    rows = tx.execute(select(accounts.c.id, accounts.c.request_rate, accounts.c.message_rate).where(own))
    return {AccountId(number): Pace(requests, messages) for number, requests, messages in rows}


def page(tx: Tx, search: str, after: str, limit: int, parent: AccountId | None = None) -> Sequence[Account]:
    """Return accounts (of a reseller) whose logins contain ``search`` and come after ``after``, by login."""
    asked = select(accounts).where(accounts.c.login > after)
    if search:
        asked = asked.where(accounts.c.login.icontains(search, autoescape=True))
    if parent is not None:
        asked = asked.where(accounts.c.parent_id == parent)
    return [_account(row) for row in tx.execute(asked.order_by(accounts.c.login).limit(limit)).mappings()]


def count_children(tx: Tx, parent: AccountId) -> int:
    """Return how many sub-accounts a reseller has."""
    asked = select(func.count()).select_from(accounts).where(accounts.c.parent_id == parent)
    return tx.execute(asked).scalar_one()


def created_at(tx: Tx, account: AccountId) -> int:
    """Return when an account was made (milliseconds)."""
    moment: int = tx.execute(select(accounts.c.created_at).where(accounts.c.id == account)).scalar_one()
    return moment


def next_client_number(tx: Tx) -> int:
    """Return a client number that is free."""
    last = tx.execute(select(accounts.c.client_number).order_by(accounts.c.client_number.desc()).limit(1)).scalar()
    return (last or 0) + 1


def _one(tx: Tx, condition: Any) -> Account | None:
    row = tx.execute(select(accounts).where(condition)).mappings().first()
    return None if row is None else _account(row)


def _account(row: RowMapping) -> Account:
    return Account(
        id=AccountId(row["id"]),
        login=row["login"],
        client_number=row["client_number"],
        password_hash=row["password_hash"],
        time_zone=row["time_zone"],
        currency=row["currency"],
        blocked=row["blocked"],
        any_sender=row["any_sender"],
        default_sender=row["default_sender"],
        callback_url=row["callback_url"],
        deduplicates=row["deduplicates"],
        tariff=row["tariff_id"],
        networks=tuple(ip_network(network) for network in row["networks"].split()),
        dialects=tuple(row["dialects"].split()),
        parent=None if row["parent_id"] is None else AccountId(row["parent_id"]),
        moderation=row["moderation"],
        uncertain=Uncertain(row["uncertain"]),
        traffic=Traffic(row["traffic"]),
        credit=Money(row["credit"]),
        pace=Pace(row["request_rate"], row["message_rate"]),
    )
