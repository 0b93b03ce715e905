"""What an account sees of itself, and what became of its transfers."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.transfers import TransferRefusal


@dataclass(frozen=True, slots=True)
class CallbackUrlResult:
    """The address that statuses are posted to, "" for none."""

    url: str


@dataclass(frozen=True, slots=True)
class TransfersResult:
    """Per transfer, in order, its id or why it was not made."""

    items: Sequence[int | TransferRefusal]


@dataclass(frozen=True, slots=True)
class VersionResult:
    """The version of the gateway."""

    version: str
