"""The waist: everything that a dialect, the command line or a page can ask for. A command names its answer's type.

Commands carry no account: who asks is known to the dispatcher. Times in commands are the account's wall clock
(naive); times in results are aware, in the account's zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from tolmach.core.drafts import ChargeOn, Draft, Group
from tolmach.core.results import (
    BalanceResult,
    CampaignDetail,
    CampaignsResult,
    CancelResult,
    SendersResult,
    SendResult,
    StatesResult,
    TimeResult,
)

R_co = TypeVar("R_co", covariant=True)


class Command(Generic[R_co]):
    """A request of an authenticated account; ``R_co`` is the type of its answer."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SendMessages(Command[SendResult]):
    """Send drafts; the result has one item per draft, in order.

    ``dialect`` names the protocol, in whose space client keys and group keys are unique. ``dry_run`` checks and
    prices without storing. ``whole``: a draft that cannot be sent refuses them all, except that recipients who may
    not be written to (stop list, closed direction) are recorded as refused messages (Mobilgroup).
    """

    drafts: Sequence[Draft]
    dialect: str
    group: Group | None = None
    dry_run: bool = False
    charge_on: ChargeOn = ChargeOn.SENT
    whole: bool = False


@dataclass(frozen=True, slots=True)
class GetStates(Command[StatesResult]):
    """Statuses of messages (or single legs) by the ids as the client wrote them; unknown ids answer None."""

    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class GetBalance(Command[BalanceResult]):
    """The balance, and what it buys per direction."""


@dataclass(frozen=True, slots=True)
class ListSenders(Command[SendersResult]):
    """The account's senders with their moderation states."""


@dataclass(frozen=True, slots=True)
class GetTime(Command[TimeResult]):
    """The account's local time."""


@dataclass(frozen=True, slots=True)
class ListCampaigns(Command[CampaignsResult]):
    """Campaigns of a dialect whose sending time lies between ``start`` and ``stop`` (both optional, inclusive)."""

    dialect: str
    start: datetime | None = None
    stop: datetime | None = None


@dataclass(frozen=True, slots=True)
class GetCampaign(Command[CampaignDetail]):
    """One campaign by the client's key or, when ``system_ids``, also by the system's id.

    Failure.UNKNOWN_GROUP when there is none.
    """

    dialect: str
    reference: str
    system_ids: bool = False


@dataclass(frozen=True, slots=True)
class CancelCampaign(Command[CancelResult]):
    """Cancel (``dry_run``: count) the messages of a campaign that no carrier has seen yet."""

    dialect: str
    reference: str
    system_ids: bool = False
    dry_run: bool = False
