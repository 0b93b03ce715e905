"""An account's own tokens and money, as its users see them. Moments are aware, in the account's zone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tolmach.core.money import Money


@dataclass(frozen=True, slots=True)
class Key:
    """A token; ``used_at`` is to the hour."""

    name: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    expired: bool


@dataclass(frozen=True, slots=True)
class KeysResult:
    """Tokens, oldest first; ``login``, ``client_number`` and ``sender`` are what programs name (sender "": none).

    ``networks``: from where programs may use the account; none: from anywhere.
    """

    login: str
    client_number: int
    sender: str
    keys: Sequence[Key]
    networks: Sequence[str] = ()


class KeyRefusal(StrEnum):
    """Why there is no token."""

    BAD_NAME = "bad-name"
    TAKEN = "taken"
    PAST = "past"  # it would have expired already


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A new token's value, "" with the reason why there is none."""

    value: str = field(default="", repr=False)
    refusal: KeyRefusal | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came or went, other than for messages."""

    at: datetime
    amount: Money
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """Payments, newest first; ``before`` is where the next page goes on, 0 at the end."""

    rows: Sequence[Payment]
    before: int
