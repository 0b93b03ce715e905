"""Accounts as the operator's staff sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.accounts import Account
from tolmach.core.money import Money


@dataclass(frozen=True, slots=True)
class Client:
    """An account with its money, the name of its tariff and the login of its reseller ("": none)."""

    account: Account
    available: Money
    held: Money
    tariff: str
    parent: str


@dataclass(frozen=True, slots=True)
class ClientsPage:
    """Accounts by login; ``after`` is where the next page goes on, "" at the end."""

    clients: Sequence[Client]
    after: str


@dataclass(frozen=True, slots=True)
class ClientDetail:
    """An account with what belongs to it. Senders are pairs of name and state; ``closed`` names directions."""

    client: Client
    created_at: datetime
    senders: Sequence[tuple[str, str]]
    closed: Sequence[str]
    sub_accounts: int
