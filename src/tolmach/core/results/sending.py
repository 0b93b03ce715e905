"""What became of drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tolmach.core.content import Channel
from tolmach.core.ids import CampaignId, LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection


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
