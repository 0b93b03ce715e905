"""Campaigns in numbers and recipient by recipient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tolmach.core.ids import CampaignId
from tolmach.core.money import Money
from tolmach.core.status import Status


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
    """One recipient of a campaign. ``changed_at`` is None until something happened.

    ``in_hand``: the message is being given to a carrier, whose answer is not known yet.
    """

    recipient: str
    status: Status
    changed_at: datetime | None
    in_hand: bool = False


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


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in a list; ``sends_at`` is aware, in the account's zone."""

    id: CampaignId
    dialect: str
    key: str
    sender: str
    text: str
    sends_at: datetime
    paused: bool


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Campaigns, newest first; ``before`` is where the next page goes on, 0 at the end."""

    rows: Sequence[CampaignRow]
    before: int


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """How far a campaign is: messages by status, ``charged`` so far.

    ``unsent``: what waits to be sent, or for a moderator; ``held``: how many of them are paused;
    ``live``: not final yet.
    """

    row: CampaignRow
    counts: Mapping[Status, int]
    charged: Money
    unsent: int
    held: int
    live: int

    @property
    def total(self) -> int:
        """Number of messages."""
        return sum(self.counts.values())
