"""The log of what is posted to the account's server, and telling statuses again that were given up."""

from starlette.responses import Response

from tolmach.core.commands import GetCallbackUrl
from tolmach.core.commands.callbacklog import ListCallbacks, RepeatCallbacks
from tolmach.core.ids import parse_id
from tolmach.core.results.callbacklog import Told
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number, text
from tolmach.web.words import CALLBACK_ERRORS, COLOURS, STATUSES, TOLD

PATH = "/cabinet/api/callbacks"
SHOWN = (None, Told.PENDING, Told.FAILED)


async def show(ask: Exchange) -> Response:
    """Show a page of the log; a script asks for the table alone."""
    asked = text(ask.request, "told", 20)
    told = Told(asked) if asked in SHOWN else None
    found = await ask.execute(ListCallbacks(told, number(ask.request, "before")))
    return ask.render(
        "cabinet/callbacks_table.html" if ask.is_partial else "cabinet/callbacks.html",
        found=found,
        told=told,
        shown=SHOWN,
        url=(await ask.execute(GetCallbackUrl())).url,
        statuses=STATUSES,
        colours=COLOURS,
        words=TOLD,
        errors=CALLBACK_ERRORS,
        may_repeat=ask.may(RepeatCallbacks),
    )


async def repeat(ask: Exchange) -> Response:
    """Tell one again, or all that were given up."""
    id_ = parse_id(ask.field("id"))
    if ask.field("id") and id_ is None:
        raise NotFoundError
    count = await ask.execute(RepeatCallbacks((id_,) if id_ else ()))
    if id_ and not count:
        raise NotFoundError
    return ask.redirect(f"{PATH}?told=failed", ask.gettext(N_("Told again: %s")) % count)


PAGES = (Page(PATH, show), Page(PATH, repeat, posts=True))
