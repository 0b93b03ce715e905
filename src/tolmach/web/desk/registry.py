"""Senders at mobile operators: how far each registration has come, and the next word on it."""

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from tolmach.core.commands.rulings import DecideRegistration, ListRegistrations
from tolmach.core.registry import NEXT, OPERATORS, TO_DO, RegistryState
from tolmach.core.results.rulings import RegistrationsPage
from tolmach.services.administration import AdministrationError
from tolmach.web.desk.asking import attempt, sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number, text

PLACE: Final = "/desk/moderation/registry"
UNDONE: Final = "to-do"  # what the page shows when no state is asked for


async def show(ask: Exchange) -> Response:
    """Show registrations: those with something to do, in one state, or all."""
    login, wanted = text(ask.request, "login"), text(ask.request, "state") or UNDONE
    problem = ""
    try:
        found = await ask.execute(ListRegistrations(login, _states(wanted), number(ask.request, "skip")))
    except AdministrationError as error:
        problem, found = ask.why(error), RegistrationsPage((), 0)
    return render(
        ask,
        "registry.html",
        404 if problem else 200,
        found=found,
        login=login,
        wanted=wanted,
        problem=problem,
        operators=OPERATORS,
        following=NEXT,
    )


async def decide(ask: Exchange) -> Response:
    """Say how far a registration has come, and go back to the list as it was."""
    named = (sent(ask, name) for name in ("login", "sender", "operator", "state", "reason"))
    shown = {name: sent(ask, f"shown_{name}") for name in ("state", "login")}
    query = urlencode({name: value for name, value in shown.items() if value})
    back = f"{PLACE}?{query}" if query else PLACE
    return await attempt(ask, DecideRegistration(*named), back, ask.gettext(N_("The registration is changed.")))


def _states(wanted: str) -> tuple[RegistryState, ...]:
    if wanted in tuple(RegistryState):
        return (RegistryState(wanted),)
    return TO_DO if wanted == UNDONE else ()


PAGES = (Page(PLACE, show), Page(PLACE, decide, posts=True))
