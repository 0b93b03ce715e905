"""The audit log of everything, and the way in to the desk."""

from starlette.responses import Response

from tolmach.core.commands.desk import ListEveryChange
from tolmach.web.details import in_words
from tolmach.web.exchange import Exchange
from tolmach.web.pages import Page
from tolmach.web.parameters import number


async def start(ask: Exchange) -> Response:
    """Send the staff to the first page of the menu that is theirs."""
    return ask.redirect(ask.menu()[0].path if ask.menu() else "/profile")


async def show(ask: Exchange) -> Response:
    """Show a page of the log; scripts ask for the rows that follow."""
    found = await ask.execute(ListEveryChange(number(ask.request, "before")))
    return ask.render("desk/changes.html", found=found, in_words=in_words)


PAGES = (Page("/desk/", start), Page("/desk/changes", show))
