"""Campaigns: messages under one key of the client."""

from dataclasses import dataclass
from datetime import datetime

from tolmach.core.commands.command import Command
from tolmach.core.results import CampaignDetail, CampaignsResult, CancelResult


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
