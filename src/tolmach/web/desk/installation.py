"""Everybody's stop list, the numbering plan, and the settings in force."""

from starlette.responses import Response

from tolmach.core.commands.installation import EditEverybodysStops, GetNumbering, GetSettings, ListEverybodysStops
from tolmach.services.administration import AdministrationError
from tolmach.web.desk.asking import sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import text


async def stops(ask: Exchange) -> Response:
    """Show the numbers that nobody may write to."""
    return await _stops(ask)


async def edit_stops(ask: Exchange) -> Response:
    """Put numbers on the list, or take one off."""
    removes = bool(sent(ask, "remove"))
    written = sent(ask, "remove") if removes else sent(ask, "numbers", 1_000_000)
    numbers = tuple(line.strip() for line in written.replace(",", "\n").splitlines() if line.strip())
    try:
        count = await ask.execute(EditEverybodysStops(numbers, removes))
    except AdministrationError as error:
        return await _stops(ask, 422, problem=ask.why(error), written="" if removes else written)
    done = N_("Taken off the list: %s") if removes else N_("New on the list: %s")
    return ask.redirect("/desk/stops", ask.gettext(done) % count)


async def _stops(ask: Exchange, status: int = 200, problem: str = "", written: str = "") -> Response:
    asked = ListEverybodysStops(text(ask.request, "prefix", 20), text(ask.request, "after", 20))
    found, changes = await ask.execute(asked), ask.may(EditEverybodysStops)
    return render(
        ask, "stops.html", status, found=found, asked=asked, changes=changes, problem=problem, written=written
    )


async def numbering(ask: Exchange) -> Response:
    """Show what the numbering plan was imported from, and look a number up."""
    number = text(ask.request, "number", 40)
    return render(ask, "numbering.html", found=await ask.execute(GetNumbering(number)), number=number)


async def settings(ask: Exchange) -> Response:
    """Show the settings in force."""
    return render(ask, "settings.html", found=await ask.execute(GetSettings()))


PAGES = (
    Page("/desk/stops", stops),
    Page("/desk/stops", edit_stops, posts=True),
    Page("/desk/numbering", numbering),
    Page("/desk/settings", settings),
)
