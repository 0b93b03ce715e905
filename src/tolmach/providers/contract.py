"""What every provider makes of what a carrier sends by itself, beside the receipts of `tolmach.core.delivery`."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Piece:
    """Part ``number`` (from 1) of ``total`` under a reference that its sender chose."""

    reference: int
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """A subscriber's message to one of our numbers; ``piece`` is None unless it is part of a longer one.

    ``text`` of binary content holds its octets as Latin-1.
    """

    link: str
    sender: str
    recipient: str
    text: str
    at: datetime
    piece: Piece | None = None


class Ignored(Enum):
    """Reports that change nothing and are acknowledged all the same."""

    INTERMEDIATE = "intermediate"  # the message is still on its way
    UNREADABLE = "unreadable"  # no id, or no state: nobody could ever use it
