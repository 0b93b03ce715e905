"""The audit log of everything, and the way in to the desk."""

from starlette.responses import Response

from tolmach.core.commands.desk import ListEveryChange
from tolmach.core.results.users import AuditPage
from tolmach.services.administration import AdministrationError
from tolmach.web.details import in_words
from tolmach.web.exchange import Exchange
from tolmach.web.pages import Page
from tolmach.web.parameters import number, text


async def start(ask: Exchange) -> Response:
    """Send the staff to the first page of the menu that is theirs."""
    return ask.redirect(ask.menu()[0].path if ask.menu() else "/profile")


async def show(ask: Exchange) -> Response:
    """Show a page of the log: all of it, or what concerns an account, or what somebody did."""
    asked = ListEveryChange(number(ask.request, "before"), text(ask.request, "account"), text(ask.request, "login"))
    try:
        found, problem = await ask.execute(asked), ""
    except AdministrationError as error:
        found, problem = AuditPage([], 0), ask.why(error)
    values = {"found": found, "asked": asked, "problem": problem, "in_words": in_words}
    return ask.render("desk/changes.html", 422 if problem else 200, **values)


PAGES = (Page("/desk/", start), Page("/desk/changes", show))
