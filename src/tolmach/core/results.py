"""Answers to commands. Expected failure is a value, per item; times are aware, in the account's zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tolmach.core.content import Channel
from tolmach.core.ids import CampaignId, LegId, MessageId
from tolmach.core.money import ZERO, Money
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status


class LegQuote(NamedTuple):
    """A planned step with its price: ``parts`` times ``part_price``."""

    leg: LegId
    channel: Channel
    parts: int
    part_price: Money

    @property
    def price(self) -> Money:
        """Price of the whole step."""
        return Money(self.parts * self.part_price)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that is stored (or would be, in a dry run: id 0). ``repeated``: it was stored by an earlier request.

    A repeated message has the legs of the earlier one.
    """

    id: MessageId
    recipient: str
    legs: tuple[LegQuote, ...]
    repeated: bool = False

    @property
    def parts(self) -> int:
        """Parts of the first step."""
        return self.legs[0].parts

    def leg(self, channel: Channel) -> LegQuote | None:
        """Return the first planned step of a channel."""
        return next((leg for leg in self.legs if leg.channel is channel), None)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A draft that was not accepted; ``recipient`` as written. ``recorded``: kept as a refused message."""

    reason: Rejection
    recipient: str
    recorded: bool = False


SendItem = Accepted | Rejected


@dataclass(frozen=True, slots=True)
class CampaignRef:
    """The group that the messages joined: the client's key (or the one given to it) and the system's id."""

    id: CampaignId
    key: str


@dataclass(frozen=True, slots=True)
class SendResult:
    """One item per draft, in order; ``sends_at`` is when sending begins; ``campaign`` when a group was asked for."""

    items: Sequence[SendItem]
    sends_at: datetime
    campaign: CampaignRef | None = None


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
    until something happened.
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
    """A sender name and its state (`SenderState`)."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class SendersResult:
    """``any_sender``: every well-formed name may be used, and the list need not be shown."""

    any_sender: bool
    senders: Sequence[Sender]


@dataclass(frozen=True, slots=True)
class TimeResult:
    """The account's local time, aware."""

    now: datetime


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """A campaign in numbers. ``cost`` is what was charged plus what is still held."""

    id: CampaignId
    key: str
    sends_at: datetime
    text: str
    sender: str
    counts: Mapping[Status, int]
    cost: Money

    @property
    def total(self) -> int:
        """Number of messages."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class CampaignsResult:
    """Campaigns, oldest first."""

    campaigns: Sequence[CampaignSummary] = ()


@dataclass(frozen=True, slots=True)
class RecipientState:
    """One recipient of a campaign. ``changed_at`` is None until something happened."""

    recipient: str
    status: Status
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignDetail:
    """A campaign with its recipients in order of sending; ``by_system_id``: it was found by the system's id."""

    summary: CampaignSummary
    recipients: Sequence[RecipientState] = field(default_factory=tuple)
    by_system_id: bool = False


@dataclass(frozen=True, slots=True)
class CancelResult:
    """How many messages were (or would be) cancelled."""

    count: int
