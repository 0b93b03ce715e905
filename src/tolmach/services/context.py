"""What the answer to a command starts from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tolmach.core.accounts import Account
from tolmach.core.commands import Command
from tolmach.services.catalogue import Snapshot
from tolmach.services.delivery import Delivery
from tolmach.store.database import Tx


@dataclass(frozen=True, slots=True)
class Context:
    """The transaction, who asks, and when (UTC)."""

    tx: Tx
    snapshot: Snapshot
    account: Account
    now: datetime
    delivery: Delivery


Handlers = Mapping[type[Command[Any]], Callable[[Context, Any], object]]
"""Commands, and the function that carries each out."""
