"""What became of senders that were to be registered, and the registry of operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tolmach.core.registry import RegistryState


class Registration(StrEnum):
    """What became of a sender that was asked for."""

    ADDED = "added"  # may be used at once
    QUEUED = "queued"
    BAD_NAME = "bad-name"
    NO_FILE = "no-file"  # a file that was named is not the account's


@dataclass(frozen=True, slots=True)
class SenderRegistered:
    """One sender; ``id`` is its number, None when it was refused."""

    outcome: Registration
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SendersRegistered:
    """One item per name, in order."""

    items: Sequence[SenderRegistered]


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """A sender at an operator (its word), asked for at ``since`` and as it is from ``changed_at`` on.

    Moments are aware, in the account's zone. ``reason`` is why it was refused, "" in any other state: what the staff
    notes then is its own.
    """

    operator: str
    sender: str
    since: datetime
    legal_entity: str
    inn: str
    comment: str
    state: RegistryState
    changed_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RegistryResult:
    """Entries by operator, then by sender."""

    entries: Sequence[RegistryEntry]


class RegistryEdit(StrEnum):
    """What became of one wish about the registry."""

    ADDED = "added"
    DELETED = "deleted"
    UNKNOWN_SENDER = "unknown-sender"
    UNKNOWN_OPERATOR = "unknown-operator"


@dataclass(frozen=True, slots=True)
class RegistryEditsResult:
    """One item per wish, in order."""

    items: Sequence[RegistryEdit]
