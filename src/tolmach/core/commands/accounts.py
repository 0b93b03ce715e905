"""What an account may see and change of itself, and of its sub-accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.money import Money
from tolmach.core.results import CallbackUrlResult, TransfersResult, VersionResult
from tolmach.core.transfers import TransferKind


@dataclass(frozen=True, slots=True)
class GetCallbackUrl(Command[CallbackUrlResult]):
    """The address that statuses are posted to."""


@dataclass(frozen=True, slots=True)
class SetCallbackUrl(Command[CallbackUrlResult]):
    """Change that address; "" takes it away. Failure.BAD_FIELD for what is no http or https URL."""

    url: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money for a sub-account, or from it (`tolmach.core.transfers.TAKEN`). None: not readable."""

    client: str
    amount: Money | None
    kind: TransferKind | None


@dataclass(frozen=True, slots=True)
class TransferMoney(Command[TransfersResult]):
    """Move money between the caller and its sub-accounts; one item of the result per transfer, in order.

    The same transfer again within a minute is the repeat of a request: it moves nothing and has the earlier id.
    """

    transfers: Sequence[Transfer]


@dataclass(frozen=True, slots=True)
class GetVersion(Command[VersionResult]):
    """The version of the gateway. Anybody may ask."""
