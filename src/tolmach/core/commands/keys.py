"""An account's own tokens and money, as its users see them."""

from dataclasses import dataclass
from datetime import date

from tolmach.core.commands.command import Command
from tolmach.core.results.keys import KeyMade, KeysResult, PaymentsPage


@dataclass(frozen=True, slots=True)
class ListKeys(Command[KeysResult]):
    """The account's tokens, never their values, and what programs call the account."""


@dataclass(frozen=True, slots=True)
class AddKey(Command[KeyMade]):
    """Make a token, good until the end of a day of the account's zone (None: for good). It is shown once."""

    name: str
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class RevokeKey(Command[bool]):
    """End a token at once; false when there is none of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class ListPayments(Command[PaymentsPage]):
    """Top-ups and transfers, newest first; ``before`` goes on where an earlier page stopped (0: newest)."""

    before: int = 0
