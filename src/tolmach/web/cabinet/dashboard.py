"""The first page: money, today, the last two weeks, and what needs attention."""

from collections.abc import Sequence
from decimal import Decimal

from starlette.responses import Response

from tolmach.core.commands.dashboards import GetDashboard
from tolmach.core.money import SCALE
from tolmach.core.results.dashboards import Day
from tolmach.web.exchange import Exchange
from tolmach.web.formats import Formats
from tolmach.web.languages import N_
from tolmach.web.pages import Page


async def show(ask: Exchange) -> Response:
    """Show the dashboard; a script asks for its changing part alone."""
    found = await ask.execute(GetDashboard())
    template = "cabinet/dashboard_live.html" if ask.is_partial else "cabinet/dashboard.html"
    return ask.render(template, found=found, charts=_charts(ask, found.days, found.currency))


def _charts(ask: Exchange, days: Sequence[Day], currency: str) -> dict[str, object]:
    """Return what the charts draw: labels, and series with their names and colours."""
    formats, words = Formats(ask.language, ask.zone), ask.gettext
    labels = [formats.day(day.day) for day in days]
    return {
        "messages": {
            "kind": "bar",
            "stacked": True,
            "labels": labels,
            "series": [
                {"name": words(N_("Delivered")), "colour": "green", "values": [day.delivered for day in days]},
                {
                    "name": words(N_("On the way")),
                    "colour": "azure",
                    "values": [day.sent + day.waiting for day in days],
                },
                {"name": words(N_("Failed")), "colour": "red", "values": [day.failed for day in days]},
            ],
        },
        "spend": {
            "kind": "line",
            "stacked": False,
            "labels": labels,
            "series": [
                {
                    "name": words(N_("Spent")) + f", {currency}",
                    "colour": "blue",
                    "values": [str(Decimal(day.spent) / SCALE) for day in days],
                }
            ],
        },
    }


PAGES = (Page("/cabinet/", show),)
