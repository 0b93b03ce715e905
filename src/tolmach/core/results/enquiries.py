"""Answers to questions that change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.content import Channel
from tolmach.core.ids import LegId
from tolmach.core.money import ZERO, Money
from tolmach.core.status import Status


@dataclass(frozen=True, slots=True)
class LegState:
    """One tried step. ``charged`` is what was taken for it."""

    leg: LegId
    channel: Channel
    status: Status
    changed_at: datetime
    parts: int
    part_price: Money
    charged: Money = ZERO
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MessageState:
    """A message (or the leg that was asked for) with its tried legs, in order.

    ``parts`` and ``part_price`` are those of the last tried step, or of the first planned one. ``changed_at`` is None
    until something happened. ``channels`` are the message's by its plan, each once; () when one leg was asked for.
    """

    id: int
    recipient: str
    status: Status
    changed_at: datetime | None
    parts: int
    part_price: Money
    legs: tuple[LegState, ...] = ()
    reason: str = ""
    client_key: str = ""
    channels: tuple[Channel, ...] = ()

    def leg(self, channel: Channel) -> LegState | None:
        """Return the last tried step of a channel."""
        return next((leg for leg in reversed(self.legs) if leg.channel is channel), None)


@dataclass(frozen=True, slots=True)
class StatesResult:
    """One item per asked id, in order; None where no such message of this account exists."""

    ids: Sequence[str]
    states: Sequence[MessageState | None]


@dataclass(frozen=True, slots=True)
class DirectionBalance:
    """A direction of the account's tariff: ``count`` parts (or Viber messages) can be bought with the whole balance."""

    name: str
    channel: Channel
    part_price: Money
    count: int


@dataclass(frozen=True, slots=True)
class BalanceResult:
    """What the account can still spend."""

    available: Money
    currency: str
    directions: Sequence[DirectionBalance] = ()


class SenderState:
    """Moderation states of a sender, in ProntoSMS words (they are the field's)."""

    ORDER = "order"
    COMPLETED = "completed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender name and its state (`SenderState`); ``is_default``: used where a message names none.

    ``reason`` is what was said when it was rejected, "" for nothing.
    """

    name: str
    state: str
    is_default: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendersResult:
    """``any_sender``: every well-formed name may be used, and the list need not be shown."""

    any_sender: bool
    senders: Sequence[Sender]


@dataclass(frozen=True, slots=True)
class TimeResult:
    """The account's local time, aware."""

    now: datetime
