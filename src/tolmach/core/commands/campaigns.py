"""Campaigns: messages under one key of the client."""

from dataclasses import dataclass
from datetime import datetime

from tolmach.core.commands.command import Command
from tolmach.core.results import CampaignDetail, CampaignsResult, CancelResult
from tolmach.core.results.campaigns import CampaignPage, CampaignProgress


@dataclass(frozen=True, slots=True)
class ListCampaigns(Command[CampaignsResult]):
    """Campaigns of a dialect whose sending time lies between ``start`` and ``stop`` (both optional, inclusive).

    ``sender`` and ``recipient`` are patterns with ``%`` for any characters, "" for everything. Of a campaign only the
    messages to such recipients count; one that has none is left out.
    """

    dialect: str
    start: datetime | None = None
    stop: datetime | None = None
    sender: str = ""
    recipient: str = ""


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


@dataclass(frozen=True, slots=True)
class BrowseCampaigns(Command[CampaignPage]):
    """Campaigns of all dialects, newest first, at most ``limit``; ``before``: where a page stopped (0: newest)."""

    before: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class ShowCampaign(Command[CampaignProgress | None]):
    """How far a campaign is, by the system's id; None when the account has none such."""

    id: int


@dataclass(frozen=True, slots=True)
class PauseCampaign(Command[int]):
    """Hold (``resumes``: let go) what no carrier has seen of a campaign; return how many messages that are.

    What joins a paused campaign, or is approved by a moderator meanwhile, is held too. The validity of messages goes
    on: it is the word of whoever composed them. Failure.UNKNOWN_GROUP.
    """

    id: int
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class StopCampaign(Command[int]):
    """Cancel what no carrier has seen of a campaign, by the system's id; return how many messages.

    Failure.UNKNOWN_GROUP.
    """

    id: int
