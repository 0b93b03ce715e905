"""Invoices of the accounts: what is open, and that it was paid."""

from typing import Final

from starlette.responses import Response

from tolmach.core.commands.invoices import ListEveryInvoice, SettleInvoice
from tolmach.core.ids import parse_id
from tolmach.core.results.invoices import InvoiceState
from tolmach.services.administration import AdministrationError
from tolmach.web.desk.asking import sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number, text
from tolmach.web.words import INVOICES

PATH: Final = "/desk/invoices"


async def show(ask: Exchange) -> Response:
    """Show invoices: the open ones, or all."""
    everything, login = text(ask.request, "state") == "all", text(ask.request, "login")
    state = None if everything else InvoiceState.OPEN
    problem = ""
    try:
        found = await ask.execute(ListEveryInvoice(state, login, number(ask.request, "before")))
    except AdministrationError as error:
        problem, found = ask.why(error), await ask.execute(ListEveryInvoice(state))
    return render(
        ask,
        "invoices.html",
        422 if problem else 200,
        found=found,
        everything=everything,
        login=login,
        problem=problem,
        states=INVOICES,
        settles=SettleInvoice,
    )


async def settle(ask: Exchange) -> Response:
    """Say that an invoice is paid, or never will be."""
    wanted = parse_id(sent(ask, "id"))
    if wanted is None:
        raise NotFoundError
    cancels = sent(ask, "action") == "cancel"
    if not await ask.execute(SettleInvoice(sent(ask, "login"), wanted, cancel=cancels)):
        return ask.redirect(PATH, trouble=ask.gettext(N_("It is not open any more.")))
    done = N_("The invoice is cancelled.") if cancels else N_("The invoice is paid, and the balance topped up.")
    return ask.redirect(PATH, ask.gettext(done))


PAGES = (Page(PATH, show), Page(PATH, settle, posts=True))
