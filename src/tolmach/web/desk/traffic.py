"""Live traffic: what goes through right now, what waits, and what is wrong."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from starlette.responses import Response

from tolmach.core.commands.pulse import GetPulse, ListAlerts
from tolmach.core.results.pulse import PulseResult
from tolmach.core.timezones import to_wall
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import text

WINDOWS: Final[Mapping[str, tuple[int, int, str]]] = {
    "minute": (1, 60, N_("1 minute")),
    "quarter": (15, 60, N_("15 minutes")),
    "hour": (60, 60, N_("1 hour")),
}
COLOURS: Final = ("blue", "purple", "orange", "teal", "pink", "lime", "cyan", "indigo")


async def show(ask: Exchange) -> Response:
    """Show the page; a script asks for its changing part alone."""
    window = text(ask.request, "window")
    window = window if window in WINDOWS else "minute"
    bucket, buckets, _ = WINDOWS[window]
    found = await ask.execute(GetPulse(bucket, buckets))
    alarms = (await ask.execute(ListAlerts())).alarms
    template = "traffic_live.html" if ask.is_partial else "traffic.html"
    return render(ask, template, found=found, alarms=alarms, charts=charts(ask, found), window=window, windows=WINDOWS)


def charts(ask: Exchange, found: PulseResult) -> dict[str, object]:
    """Return what the charts draw: per second, whatever the buckets."""
    words, labels = ask.gettext, _labels(ask, found)
    flow = [
        _line(words(N_("Accepted")), "azure", found.accepted, found.bucket),
        _line(words(N_("Delivered")), "green", found.delivered, found.bucket),
    ]
    links = [
        _line(link.link, COLOURS[place % len(COLOURS)], link.submitted, found.bucket)
        for place, link in enumerate(one for one in found.links if one.link)
    ]
    return {"flow": _chart("line", flow, labels), "links": _chart("bar", links, labels)}


def _labels(ask: Exchange, found: PulseResult) -> list[str]:
    start = to_wall(found.since, ask.zone)
    moments = [start + timedelta(seconds=place * found.bucket) for place in range(len(found.accepted))]
    return [f"{moment:%H:%M:%S}" if found.bucket < 60 else f"{moment:%H:%M}" for moment in moments]


def _line(name: str, colour: str, values: Sequence[int], bucket: int) -> dict[str, Any]:
    return {"name": name, "colour": colour, "values": [round(value / bucket, 2) for value in values]}


def _chart(kind: str, series: list[dict[str, Any]], labels: list[str]) -> dict[str, Any]:
    return {"kind": kind, "stacked": kind == "bar", "labels": labels, "series": series}


PAGES = (Page("/desk/traffic", show),)
