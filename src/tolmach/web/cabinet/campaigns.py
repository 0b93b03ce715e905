"""Campaigns: a list, and each with its progress, which can be paused, resumed and cancelled, and its report."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from tolmach.core.commands.campaigns import BrowseCampaigns, PauseCampaign, ShowCampaign, StopCampaign
from tolmach.core.ids import parse_id
from tolmach.core.results.campaigns import CampaignProgress
from tolmach.core.status import Status
from tolmach.web import parameters
from tolmach.web.cabinet.messages import GROUPS
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page

# what a bar is put together from, in its order: how it is called, which statuses it has, its colour
SHARES: Final = (
    (N_("delivered"), frozenset({Status.DELIVERED, Status.READ}), "green"),
    (N_("failed"), GROUPS["failed"][1], "red"),
    (N_("sent"), frozenset({Status.SENT}), "azure"),
    (N_("waiting"), frozenset({Status.QUEUED, Status.ON_MODERATION}), "secondary"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """A piece of a bar: ``start`` and ``width`` are per mille of all messages."""

    title: str
    number: int
    colour: str
    start: int
    width: int


async def show(ask: Exchange) -> Response:
    """Show a page of campaigns; their numbers come one by one, since to count a large one takes its time."""
    found = await ask.execute(BrowseCampaigns(parameters.number(ask.request, "before")))
    return ask.render("cabinet/campaigns.html", found=found)


async def one(ask: Exchange) -> Response:
    """Show a campaign; a script asks for its numbers alone."""
    found = await _find(ask)
    template = "cabinet/campaign_live.html" if ask.is_partial else "cabinet/campaign.html"
    return ask.render(template, **_shown(ask, found))


async def bar(ask: Exchange) -> Response:
    """Show how far a campaign is, for its row in the list."""
    return ask.render("cabinet/campaign_bar.html", **_shown(ask, await _find(ask)))


async def pause(ask: Exchange) -> Response:
    """Hold what is left."""
    return await _change(ask, PauseCampaign(_number(ask)), N_("Paused; messages held: %(n)s."))


async def resume(ask: Exchange) -> Response:
    """Let go what is held."""
    return await _change(ask, PauseCampaign(_number(ask), resumes=True), N_("Resumed; messages let go: %(n)s."))


async def cancel(ask: Exchange) -> Response:
    """Cancel what is left."""
    return await _change(ask, StopCampaign(_number(ask)), N_("Cancelled; messages stopped: %(n)s."))


async def _change(ask: Exchange, command: PauseCampaign | StopCampaign, words: str) -> Response:
    count = await ask.execute(command)
    said = ask.gettext(words) % {"n": ask.formats().number(count)}
    return ask.redirect(f"/cabinet/campaigns/{command.id}", said)


def _number(ask: Exchange) -> int:
    number = parse_id(ask.request.path_params["id"])
    if number is None:
        raise NotFoundError
    return number


async def _find(ask: Exchange) -> CampaignProgress:
    found = await ask.execute(ShowCampaign(_number(ask)))
    if found is None:
        raise NotFoundError
    return found


def _shown(ask: Exchange, found: CampaignProgress) -> dict[str, Any]:
    return {
        "found": found,
        "shares": shares(found),
        "may_change": ask.may(PauseCampaign),
        "counts": [(status, found.counts[status]) for status in Status if status in found.counts],
    }


def shares(found: CampaignProgress) -> list[Share]:
    """Return the pieces of a campaign's bar that are not empty; together they fill it."""
    pieces: list[Share] = []
    start, passed = 0, 0
    for title, statuses, colour in SHARES:
        number = sum(found.counts.get(status, 0) for status in statuses)
        if number:
            passed += number
            end = passed * 1000 // found.total
            pieces.append(Share(title, number, colour, start, end - start))
            start = end
    return pieces


PAGES = (
    Page("/cabinet/campaigns", show),
    Page("/cabinet/campaigns/{id}", one),
    Page("/cabinet/campaigns/{id}/bar", bar),
    Page("/cabinet/campaigns/{id}/pause", pause, posts=True),
    Page("/cabinet/campaigns/{id}/resume", resume, posts=True),
    Page("/cabinet/campaigns/{id}/cancel", cancel, posts=True),
)
