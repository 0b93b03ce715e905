"""Links: how each fares now, what happened to it, paused and resumed."""

from collections.abc import Sequence

from starlette.responses import Response

from tolmach.core.commands.addedlinks import AddLink
from tolmach.core.commands.carriage import GetLink, ListLinks, PauseLink
from tolmach.core.commands.pulse import GetPulse
from tolmach.core.results.carriage import LinkSpan
from tolmach.core.results.pulse import PulseResult
from tolmach.core.timezones import to_wall
from tolmach.web.desk import traffic
from tolmach.web.desk.asking import attempt, sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import text


async def show(ask: Exchange) -> Response:
    """Show all links; a script asks for the changing part alone."""
    found = await ask.execute(ListLinks())
    pulse = await ask.execute(GetPulse(15, 60))
    template = "links_live.html" if ask.is_partial else "links.html"
    charts = traffic.charts(ask, pulse)
    return render(ask, template, found=found, charts=charts, pauses=ask.may(PauseLink), adds=ask.may(AddLink))


async def one(ask: Exchange) -> Response:
    """Show a link; a script asks for the changing part alone."""
    name, days = ask.request.path_params["name"], 14 if text(ask.request, "days") == "14" else 1
    found = await ask.execute(GetLink(name, days))
    pulse = _of(await ask.execute(GetPulse(15, 60)), name)
    template = "link_live.html" if ask.is_partial else "link.html"
    charts, pauses = traffic.charts(ask, pulse), ask.may(PauseLink)
    return render(
        ask,
        template,
        found=found,
        pulse=pulse,
        charts=charts,
        pauses=pauses,
        days=days,
        history=_history(ask, found.history, days),
        up=_up(found.history),
    )


async def pause(ask: Exchange) -> Response:
    """Pause a link, or end its pause."""
    name, resumes = ask.request.path_params["name"], sent(ask, "resume") == "yes"
    done = N_("The link sends again.") if resumes else N_("The link is paused; receipts still come in.")
    back = "/desk/links" if sent(ask, "back") == "list" else f"/desk/links/{name}"
    return await attempt(ask, PauseLink(name, resumes), back, ask.gettext(done))


def _history(ask: Exchange, spans: Sequence[LinkSpan], days: int) -> dict[str, object]:
    """Return what the chart of a history draws."""
    shown = "%d.%m %H:%M" if days > 1 else "%H:%M"
    series = [
        (N_("Taken"), "green", [one.sent for one in spans]),
        (N_("Refused"), "red", [one.refused for one in spans]),
        (N_("No answer"), "yellow", [one.lost for one in spans]),
    ]
    return {
        "kind": "bar",
        "stacked": True,
        "labels": [f"{to_wall(one.at, ask.zone):{shown}}" for one in spans],
        "series": [{"name": ask.gettext(name), "colour": colour, "values": values} for name, colour, values in series],
    }


def _up(spans: Sequence[LinkSpan]) -> float | None:
    """Return the share of the time that a link was up, of that in which somebody looked."""
    known = [one.up for one in spans if one.up is not None]
    return sum(known) / len(known) if known else None


def _of(pulse: PulseResult, name: str) -> PulseResult:
    """Return a pulse of one link alone."""
    links = [link for link in pulse.links if link.link == name]
    return PulseResult(
        since=pulse.since,
        bucket=pulse.bucket,
        accepted=pulse.accepted,
        delivered=pulse.delivered,
        links=links,
        accounts=(),
        queue=(),
        shortened=pulse.shortened,
    )


PAGES = (
    Page("/desk/links", show),
    Page("/desk/links/{name}", one),
    Page("/desk/links/{name}", pause, posts=True),
)
