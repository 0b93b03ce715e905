"""What subscribers wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Incoming:
    """A subscriber's message to ``recipient``; ``at`` is aware, in the account's zone.

    ``prefix`` is what its text starts with on a number that several accounts share.
    """

    id: int
    sender: str
    recipient: str
    prefix: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IncomingResult:
    """Messages, oldest first."""

    items: Sequence[Incoming]
