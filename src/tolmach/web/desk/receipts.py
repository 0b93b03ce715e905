"""Receipts that no message answers to, and matching them by other rules about ids: looked at first, then done."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, Final, TypeVar

from starlette.responses import Response

from tolmach.codecs.smpp.receipt import IdForm
from tolmach.core.commands.pulse import ListOrphans, LookAtReceipts, RematchReceipts
from tolmach.core.links import Prefer
from tolmach.core.results.pulse import Rematched
from tolmach.services.administration import AdministrationError
from tolmach.web.desk.asking import sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number, text

PLACE: Final = "/desk/receipts"
RULES: Final = ("answer", "text", "tlv", "prefer")
BATCHES: Final = 25
"""At one go: so many transactions, between which the gateway goes on working."""

E = TypeVar("E", bound=Enum)


async def show(ask: Exchange) -> Response:
    """Show receipts without a message, and what of them would match by the rules that were asked about."""
    link = text(ask.request, "link")
    given = {name: text(ask.request, name) for name in RULES}
    outcome: Rematched | None = None
    problem = ""
    if link and text(ask.request, "look"):
        try:
            outcome = await _all(ask, LookAtReceipts(link, **_rules(given)))
        except AdministrationError as error:
            problem = ask.why(error)
    found = await ask.execute(ListOrphans(link, number(ask.request, "before")))
    return render(
        ask,
        "orphans.html",
        422 if problem else 200,
        found=found,
        link=link,
        given=given,
        forms=[form.value for form in IdForm],
        outcome=outcome,
        problem=problem,
        rematches=ask.may(RematchReceipts),
    )


async def rematch(ask: Exchange) -> Response:
    """Match receipts of a link by the rules that were looked at."""
    rules = _rules({name: sent(ask, name) for name in RULES})
    try:
        done = await _all(ask, RematchReceipts(sent(ask, "link"), **rules))
    except AdministrationError as error:
        return ask.redirect(PLACE, trouble=ask.why(error))
    told = ask.gettext(N_("Receipts matched: %(matched)s of %(seen)s."))
    return ask.redirect(PLACE, told % {"matched": done.matched, "seen": done.seen})


async def _all(ask: Exchange, command: LookAtReceipts) -> Rematched:
    """Go through the receipts batch by batch, and return the sum; ``after`` is not 0 when some are left."""
    done = await ask.execute(command)
    for _ in range(BATCHES - 1):
        if not done.after:
            break
        more = await ask.execute(replace(command, after=done.after))
        examples = [*done.examples, *more.examples][:5]
        done = Rematched(done.seen + more.seen, done.matched + more.matched, examples, more.after)
    return done


def _rules(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the rules as a command has them; what is no rule is left as the link has it."""
    forms = {f"{name}_form": _member(IdForm, given[name]) for name in ("answer", "text", "tlv")}
    return {**forms, "prefer": _member(Prefer, given["prefer"])}


def _member(kind: type[E], word: str) -> E | None:
    return next((one for one in kind if one.value == word), None)


PAGES = (Page(PLACE, show), Page(PLACE, rematch, posts=True))
