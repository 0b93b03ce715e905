"""What the answer to a command starts from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tolmach.core.accounts import Account
from tolmach.core.commands import Command
from tolmach.services.bookmarks import Bookmarks
from tolmach.services.catalogue import Snapshot
from tolmach.services.delivery import Delivery
from tolmach.store.database import Tx


@dataclass(frozen=True, slots=True)
class Context:
    """The transaction, who asks, and when (UTC). ``bookmarks`` are those of the callers before."""

    tx: Tx
    snapshot: Snapshot
    account: Account
    now: datetime
    delivery: Delivery
    bookmarks: Bookmarks = field(default_factory=Bookmarks)


Handlers = Mapping[type[Command[Any]], Callable[[Context, Any], object]]
"""Commands, and the function that carries each out."""
