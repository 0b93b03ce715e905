"""Payments: what came to the balance besides messages."""

from typing import Final

from starlette.responses import Response

from tolmach.core.commands import GetBalance
from tolmach.core.commands.keys import ListPayments
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number

KINDS: Final = {"top-up": N_("Top-up"), "transfer": N_("Transfer")}


async def show(ask: Exchange) -> Response:
    """Show top-ups and transfers, and what the balance buys."""
    found = await ask.execute(ListPayments(number(ask.request, "before")))
    balance = await ask.execute(GetBalance())
    return ask.render("cabinet/payments.html", found=found, balance=balance, kinds=KINDS)


PAGES = (Page("/cabinet/payments", show),)
