"""Campaigns as people look at them: listed, followed, held and let go, stopped."""

from tolmach.core.commands.campaigns import BrowseCampaigns, PauseCampaign, ShowCampaign, StopCampaign
from tolmach.core.errors import Failure, RequestError
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results.campaigns import CampaignPage, CampaignProgress, CampaignRow
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.services.context import Context, Handlers
from tolmach.store import campaigns, dashboards, pauses
from tolmach.store.campaigns import Campaign
from tolmach.store.queue import Kind

LARGEST_PAGE = 100


def browse(asked: Context, command: BrowseCampaigns) -> CampaignPage:
    """Return a page."""
    limit = min(max(command.limit, 1), LARGEST_PAGE)
    found = campaigns.newest(asked.tx, asked.account.id, command.before, limit + 1)
    rows = [_row(asked, one) for one in found[:limit]]
    return CampaignPage(rows, rows[-1].id if len(found) > limit else 0)


def show(asked: Context, command: ShowCampaign) -> CampaignProgress | None:
    """Return how far a campaign is."""
    found = campaigns.of_account(asked.tx, asked.account.id, command.id)
    if found is None:
        return None
    totals = dashboards.of_campaign(asked.tx, asked.account.id, found.id)
    duties = dashboards.waiting_of_campaign(asked.tx, found.id)
    counts = {status: number for status, number in totals.counts.items() if number}
    moderated = min(duties.get(Kind.MODERATE, 0), counts.get(Status.QUEUED, 0))
    if moderated:  # a message on moderation has no leg, like one that waits for its time
        counts[Status.QUEUED] -= moderated
        counts[Status.ON_MODERATION] = moderated
    return CampaignProgress(
        row=_row(asked, found),
        counts={status: number for status, number in counts.items() if number},
        charged=totals.charged,
        unsent=sum(counts.get(status, 0) for status in (Status.QUEUED, Status.ON_MODERATION)),
        held=duties.get(Kind.PAUSED, 0),
        live=sum(duties.values()),
    )


def pause(asked: Context, command: PauseCampaign) -> int:
    """Hold a campaign, or let it go; Failure.UNKNOWN_GROUP."""
    found = _find(asked, command.id)
    now = to_ms(asked.now)
    if command.resumes:
        campaigns.pause(asked.tx, found.id, None)
        return pauses.let_go(asked.tx, found.id, now)
    campaigns.pause(asked.tx, found.id, now)
    return pauses.hold(asked.tx, found.id)


def stop(asked: Context, command: StopCampaign) -> int:
    """Cancel what is left of a campaign; Failure.UNKNOWN_GROUP."""
    found = _find(asked, command.id)
    ids = campaigns.message_ids(asked.tx, [found.id])[found.id]
    return asked.delivery.cancel(asked.tx, ids, asked.now)


def _find(asked: Context, number: int) -> Campaign:
    found = campaigns.of_account(asked.tx, asked.account.id, number)
    if found is None:
        raise RequestError(Failure.UNKNOWN_GROUP)
    return found


def _row(asked: Context, one: Campaign) -> CampaignRow:
    at = to_wall(from_ms(one.sends_at), asked.account.time_zone)
    return CampaignRow(one.id, one.dialect, one.key, one.sender, one.text, at, one.paused)


READERS: Handlers = {BrowseCampaigns: browse, ShowCampaign: show}
WRITERS: Handlers = {PauseCampaign: pause, StopCampaign: stop}
