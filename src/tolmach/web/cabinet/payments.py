"""Payments: what came to the balance besides messages, what the balance buys, and invoices."""

from typing import Final

from starlette.responses import Response

from tolmach.core.commands import GetBalance
from tolmach.core.commands.invoices import AskInvoice, CancelInvoice, GetInvoice, ListInvoices
from tolmach.core.commands.keys import ListPayments
from tolmach.core.ids import parse_id
from tolmach.core.money import parse_money
from tolmach.core.results.invoices import Invoice, InvoiceRefusal
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number
from tolmach.web.words import INVOICES

KINDS: Final = {"top-up": N_("Top-up"), "transfer": N_("Transfer")}
REFUSALS: Final = {
    InvoiceRefusal.BAD_AMOUNT: N_("This is no amount of money: write it as in 1000 or 99.50"),
    InvoiceRefusal.BAD_NOTE: N_("A note is one line of at most 200 characters."),
    InvoiceRefusal.TOO_MANY: N_("There are many open invoices already: pay or cancel one first."),
}


async def show(ask: Exchange) -> Response:
    """Show top-ups and transfers, and what the balance buys."""
    return await _page(ask)


async def ask_invoice(ask: Exchange) -> Response:
    """Ask for an invoice."""
    try:
        amount = parse_money(ask.field("amount").strip().replace(",", ".").replace(" ", ""))
    except ValueError:
        amount = None
    made = await ask.execute(AskInvoice(amount, ask.field("note")))
    if isinstance(made, InvoiceRefusal):
        return await _page(ask, 422, ask.gettext(REFUSALS[made]))
    return ask.redirect(f"/cabinet/invoices/{made}")


async def show_invoice(ask: Exchange) -> Response:
    """Show an invoice as it is printed."""
    found = await _find(ask)
    return ask.render(
        "cabinet/invoice.html", found=found, states=INVOICES, payee=ask.site.payee, may_ask=ask.may(CancelInvoice)
    )


async def cancel_invoice(ask: Exchange) -> Response:
    """Take an invoice back."""
    found = await _find(ask)
    if not await ask.execute(CancelInvoice(found.id)):
        return ask.redirect(f"/cabinet/invoices/{found.id}", trouble=ask.gettext(N_("It is not open any more.")))
    return ask.redirect("/cabinet/payments", ask.gettext(N_("The invoice is cancelled.")))


async def _find(ask: Exchange) -> Invoice:
    wanted = parse_id(ask.request.path_params["id"])
    found = None if wanted is None else await ask.execute(GetInvoice(wanted))
    if found is None:
        raise NotFoundError
    return found


async def _page(ask: Exchange, status: int = 200, error: str = "") -> Response:
    return ask.render(
        "cabinet/payments.html",
        status,
        found=await ask.execute(ListPayments(number(ask.request, "before"))),
        balance=await ask.execute(GetBalance()),
        invoices=await ask.execute(ListInvoices(number(ask.request, "invoice"))),
        kinds=KINDS,
        states=INVOICES,
        may_ask=ask.may(AskInvoice),
        error=error,
    )


PAGES = (
    Page("/cabinet/payments", show),
    Page("/cabinet/invoices", ask_invoice, posts=True),
    Page("/cabinet/invoices/{id}", show_invoice),
    Page("/cabinet/invoices/{id}/cancel", cancel_invoice, posts=True),
)
