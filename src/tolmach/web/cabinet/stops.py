"""The stop list: numbers that must not be written to."""

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from tolmach.core.commands import EditStops, ListStops, StopEdit
from tolmach.core.results import Stopped
from tolmach.services.compositions import numbers
from tolmach.web import parameters
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page

SHOWN: Final = 100
WRONG: Final = 3  # of what is no number, as examples


async def show(ask: Exchange) -> Response:
    """Show a page of the list, or of the numbers that begin with some digits."""
    search, after = parameters.text(ask.request, "search", 20), parameters.text(ask.request, "after", 20)
    found = await ask.execute(ListStops(search, after, SHOWN))
    kept = {"search": search} if search else {}
    return ask.render(
        "cabinet/stops.html",
        found=found,
        search=search,
        after=after,
        further=urlencode(kept | {"after": found.after}),
        may_edit=ask.may(EditStops),
    )


async def add(ask: Exchange) -> Response:
    """Put numbers on the list, and name what is no number."""
    written = list(dict.fromkeys(numbers(ask.field("numbers"))))
    if not written:
        return ask.redirect("/cabinet/stops", trouble=ask.gettext(N_("Write at least one number.")))
    items = (await ask.execute(EditStops([StopEdit(number) for number in written]))).items
    wrong = [number for number, item in zip(written, items, strict=True) if item is not Stopped.ADDED]
    formats = ask.formats()
    counts = {"added": formats.number(len(written) - len(wrong)), "all": formats.number(len(written))}
    words = ask.gettext(N_("On the list: %(added)s of %(all)s.")) % counts
    if wrong:
        named = ", ".join(one[:20] for one in wrong[:WRONG]) + (" …" if len(wrong) > WRONG else "")
        words += " " + ask.gettext(N_("No phone numbers: %(numbers)s.")) % {"numbers": named}
    return ask.redirect("/cabinet/stops", words)


async def remove(ask: Exchange) -> Response:
    """Take a number off the list."""
    number = ask.field("number")
    items = (await ask.execute(EditStops([StopEdit(number, delete=True)]))).items
    if items != [Stopped.DELETED]:
        return ask.redirect("/cabinet/stops", trouble=ask.gettext(N_("This number is not on the list.")))
    return ask.redirect("/cabinet/stops", ask.gettext(N_("%(number)s may be written to again.")) % {"number": number})


PAGES = (
    Page("/cabinet/stops", show),
    Page("/cabinet/stops", add, posts=True),
    Page("/cabinet/stops/remove", remove, posts=True),
)
