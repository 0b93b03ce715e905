"""Messages in a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.content import Channel
from tolmach.core.ids import CampaignId, MessageId
from tolmach.core.money import Money
from tolmach.core.status import Status


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message; moments are aware, in the account's zone. ``charged``: so far; ``changed_at``: None at first."""

    id: MessageId
    accepted_at: datetime
    sends_at: datetime
    changed_at: datetime | None
    recipient: str
    sender: str
    channels: tuple[Channel, ...]
    text: str
    parts: int
    status: Status
    charged: Money
    dialect: str
    campaign: CampaignId | None


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """Rows, newest first; ``before`` is where the next page goes on, 0 at the end.

    ``whole``: false when the search stopped before the page was full, for having looked at enough.
    """

    rows: Sequence[MessageRow]
    before: int
    whole: bool = True
