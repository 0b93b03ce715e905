"""What the answer to a command starts from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tolmach.core.accounts import Account
from tolmach.core.commands import Command
from tolmach.core.ids import AccountId
from tolmach.core.users import User, UserId
from tolmach.services.bookmarks import Bookmarks
from tolmach.services.catalogue import Snapshot
from tolmach.services.delivery import Delivery
from tolmach.services.installation import Installation
from tolmach.services.tallies import Tallies
from tolmach.store.database import Tx
from tolmach.store.sessions import Session


@dataclass(frozen=True, slots=True)
class Context:
    """The transaction, who asks, and when (UTC). ``bookmarks`` and ``tallies`` are those of the callers before."""

    tx: Tx
    snapshot: Snapshot
    account: Account
    now: datetime
    delivery: Delivery
    bookmarks: Bookmarks = field(default_factory=Bookmarks)
    user: UserId | None = None  # who asks through a page
    tallies: Tallies = field(default_factory=Tallies)


@dataclass(frozen=True, slots=True)
class PersonContext:
    """The transaction, which person asks through a page, from where, in whose cabinet (None: the desk), and when."""

    tx: Tx
    snapshot: Snapshot
    user: User
    session: Session
    remote: str
    account: AccountId | None
    now: datetime
    delivery: Delivery
    installation: Installation = field(default_factory=Installation)


Handlers = Mapping[type[Command[Any]], Callable[[Context, Any], object]]
"""Commands, and the function that carries each out."""

PersonHandlers = Mapping[type[Command[Any]], Callable[[PersonContext, Any], object]]
"""Commands of people, and the function that carries each out."""
