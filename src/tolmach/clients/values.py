"""What goes in and what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tolmach.core.content import Content
from tolmach.core.money import SCALE, Money
from tolmach.core.status import FINAL, Status


@dataclass(frozen=True, slots=True)
class Message:
    """One message. ``to`` is international digits; a plain ``content`` is an ordinary text.

    ``client_id`` is your own id of it (digits are safest): a repetition is not sent again, where the protocol knows
    that. ``valid_for``: how long delivery is tried.
    """

    to: str
    content: Content | str
    sender: str = ""
    client_id: str = ""
    valid_for: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What became of one message. ``id`` is for asking for its status, "" when it was refused (then see ``reason``).

    ``price`` is that of all its parts, where the provider tells it at once.
    """

    to: str
    id: str
    parts: int | None = None
    price: Decimal | None = None
    reason: str = ""
    permanent: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the provider took it."""
        return bool(self.id)


@dataclass(frozen=True, slots=True)
class State:
    """Where a message stands. ``at`` is an aware moment in UTC, None while nothing happened or is told."""

    id: str
    status: Status
    at: datetime | None = None
    price: Decimal | None = None
    parts: int | None = None

    @property
    def final(self) -> bool:
        """Whether it changes no more (delivered may yet become read)."""
        return self.status in FINAL


@dataclass(frozen=True, slots=True)
class Balance:
    """What can be spent; ``currency`` is "" where the protocol does not name it."""

    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender and its state: order, completed or rejected."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Senders:
    """``any_sender``: every name may be used, and none are listed."""

    any_sender: bool
    senders: Sequence[Sender]


def decimal(amount: Money) -> Decimal:
    """Return money as a decimal number."""
    return Decimal(amount) / SCALE
