"""Statuses that could not be told, with replay."""

from starlette.responses import Response

from tolmach.core.commands.pulse import ListFailedCallbacks, ReplayCallbacks
from tolmach.core.ids import parse_id
from tolmach.services.administration import AdministrationError
from tolmach.web.desk.asking import sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number, text


async def show(ask: Exchange) -> Response:
    """Show failed callbacks."""
    login = text(ask.request, "login")
    found = await ask.execute(ListFailedCallbacks(login, number(ask.request, "before")))
    return render(ask, "callbacks.html", found=found, login=login, replays=ReplayCallbacks)


async def replay(ask: Exchange) -> Response:
    """Tell one again, or all of an account."""
    id_ = parse_id(sent(ask, "id"))
    try:
        count = await ask.execute(ReplayCallbacks((id_,) if id_ else (), sent(ask, "login")))
    except AdministrationError as error:
        return ask.redirect("/desk/callbacks", trouble=ask.why(error))
    return ask.redirect("/desk/callbacks", ask.gettext(N_("Told again: %s")) % count)


PAGES = (
    Page("/desk/callbacks", show),
    Page("/desk/callbacks", replay, posts=True),
)
