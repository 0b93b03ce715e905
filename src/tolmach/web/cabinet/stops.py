"""The stop list: numbers that must not be written to."""

from typing import Final

from starlette.responses import Response

from tolmach.core.commands import EditStops, ListStops, StopEdit
from tolmach.core.results import Stopped
from tolmach.services.compositions import numbers
from tolmach.web import parameters
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page

SHOWN: Final = 200


async def show(ask: Exchange) -> Response:
    """Show the list, or the numbers of it that contain some digits."""
    found = (await ask.execute(ListStops())).numbers
    wanted = "".join(char for char in parameters.text(ask.request, "search") if char.isdigit())
    chosen = [number for number in found if wanted in number]
    return ask.render("cabinet/stops.html", numbers=chosen[:SHOWN], chosen=len(chosen), total=len(found), wanted=wanted)


async def add(ask: Exchange) -> Response:
    """Put numbers on the list."""
    written = numbers(ask.field("numbers"))
    items = (await ask.execute(EditStops([StopEdit(number) for number in written]))).items
    added = sum(item is Stopped.ADDED for item in items)
    words = ask.gettext(N_("On the list: %(added)s of %(all)s.")) % {"added": added, "all": len(written)}
    return ask.redirect("/cabinet/stops", words)


async def remove(ask: Exchange) -> Response:
    """Take a number off the list."""
    number = ask.field("number")
    await ask.execute(EditStops([StopEdit(number, delete=True)]))
    return ask.redirect("/cabinet/stops", ask.gettext(N_("%(number)s may be written to again.")) % {"number": number})


PAGES = (
    Page("/cabinet/stops", show),
    Page("/cabinet/stops", add, posts=True),
    Page("/cabinet/stops/remove", remove, posts=True),
)
