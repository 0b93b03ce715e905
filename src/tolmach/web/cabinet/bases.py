"""Bases: address books, their subscribers, export, and birthday greetings."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from tolmach.core import bases as rules
from tolmach.core.bases import Base
from tolmach.core.commands import (
    DropBase,
    DropSubscriber,
    EditBases,
    EditSubscribers,
    ListBases,
    ListSubscribers,
    PutBase,
    PutSubscriber,
    SubscriberEdits,
)
from tolmach.core.commands.imports import ListImports
from tolmach.core.results import Edit
from tolmach.core.results.bases import SubscribersPage
from tolmach.services.rosters import COLUMNS, record
from tolmach.web.cabinet.messages import csv_lines
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number

SHOWN: Final = 100  # subscribers on a page; a whole number of pages is in one of those that programs read
FIELDS: Final = (
    ("surname", N_("Surname")),
    ("name", N_("Name")),
    ("patronymic", N_("Patronymic")),
    ("born", N_("Birth date")),
    ("addition_1", N_("Addition 1")),
)


async def show(ask: Exchange) -> Response:
    """Show the bases."""
    return ask.render("cabinet/bases.html", bases=(await ask.execute(ListBases())).bases, may_edit=ask.may(EditBases))


async def add(ask: Exchange) -> Response:
    """Add a base."""
    name = ask.field("name").strip()[: rules.LONGEST_NAME]
    (edited,) = (await ask.execute(EditBases([PutBase(None, {"name": name})]))).items
    return ask.redirect(f"/cabinet/bases/{edited.id}")


async def show_one(ask: Exchange) -> Response:
    """Show a base with a page of its subscribers."""
    return await _page(ask, await _find(ask))


async def change(ask: Exchange) -> Response:
    """Change the name of a base and how it greets."""
    base = await _find(ask)
    try:
        changes: dict[str, Any] = {
            "name": rules.read_name(ask.field("name")),
            "on": ask.field("on") == "on",
            "at": rules.read_time(ask.field("at") or "10:00"),
            "local_time": ask.field("local_time") == "on",
            "days_before": rules.read_days(ask.field("days_before") or "0"),
            "sender": ask.field("sender").strip()[:15],
            "text": ask.field("text").replace("\r\n", "\n")[:2_000],
        }
    except ValueError:
        return await _page(ask, base, 422, error=ask.gettext(N_("A time is HH:MM, days are a number from 0 to 365.")))
    await ask.execute(EditBases([PutBase(str(base.id), changes)]))
    return ask.redirect(f"/cabinet/bases/{base.id}", ask.gettext(N_("The base is changed.")))


async def drop(ask: Exchange) -> Response:
    """Delete a base with its subscribers."""
    base = await _find(ask)
    await ask.execute(EditBases([DropBase(str(base.id))]))
    return ask.redirect("/cabinet/bases", ask.gettext(N_("The base is deleted.")))


async def put_subscriber(ask: Exchange) -> Response:
    """Add a subscriber, or change one."""
    base = await _find(ask)
    try:
        fields = {name: rules.read_field(name, _day(name, ask.field(name))) for name, _ in FIELDS if ask.field(name)}
    except ValueError:
        return await _page(ask, base, 422, error=ask.gettext(N_("A birth date is a day, as in 1990-05-17.")))
    outcome = await _edit(ask, base, [PutSubscriber(ask.field("phone"), fields)])
    if outcome[Edit.NOT_FOUND]:
        return await _page(ask, base, 422, error=ask.gettext(N_("This is no phone number.")))
    return ask.redirect(f"/cabinet/bases/{base.id}", ask.gettext(N_("The subscriber is kept.")))


async def drop_subscriber(ask: Exchange) -> Response:
    """Take a subscriber out."""
    base = await _find(ask)
    await _edit(ask, base, [DropSubscriber(ask.field("phone"))])
    return ask.redirect(f"/cabinet/bases/{base.id}", ask.gettext(N_("The subscriber is taken out.")))


async def export(ask: Exchange) -> Response:
    """Send the subscribers as CSV."""
    base = await _find(ask)
    headers = {"Content-Disposition": f'attachment; filename="base-{base.id}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(ask, base), 200, headers, "text/csv; charset=utf-8")


async def _lines(ask: Exchange, base: Base) -> AsyncIterator[bytes]:
    yield "\ufeff".encode() + csv_lines([list(COLUMNS)])
    page, pages = 1, 1
    while page <= pages:
        found = await ask.execute(ListSubscribers(str(base.id), page))
        page, pages = page + 1, found.pages
        yield csv_lines([record(one) for one in found.subscribers])


async def _edit(ask: Exchange, base: Base, edits: Sequence[PutSubscriber | DropSubscriber]) -> Counter[Edit]:
    result = await ask.execute(EditSubscribers([SubscriberEdits(str(base.id), edits)]))
    return Counter(outcome for outcomes in result.bases for outcome in outcomes)


async def _find(ask: Exchange) -> Base:
    wanted = ask.request.path_params["id"]
    for base in (await ask.execute(ListBases())).bases:
        if str(base.id) == wanted:
            return base
    raise NotFoundError


async def _page(ask: Exchange, base: Base, status: int = 200, error: str = "") -> Response:
    found = await _subscribers(ask, base)
    return ask.render(
        "cabinet/base.html",
        status,
        base=base,
        found=found,
        fields=FIELDS,
        error=error,
        may_edit=ask.may(EditSubscribers),
        files=await ask.execute(ListImports(str(base.id))),
    )


async def _subscribers(ask: Exchange, base: Base) -> SubscribersPage:
    """Return a page as people read it: a piece of one as programs do."""
    pages = max(1, -(-base.size // SHOWN))
    page = min(max(1, number(ask.request, "page")), pages)
    whole, piece = divmod((page - 1) * SHOWN, rules.PAGE)
    found = await ask.execute(ListSubscribers(str(base.id), whole + 1))
    return replace(found, page=page, pages=pages, subscribers=found.subscribers[piece : piece + SHOWN])


def _day(name: str, text: str) -> str:
    return rules.read_day(text) if name == "born" else text


PAGES = (
    Page("/cabinet/bases", show),
    Page("/cabinet/bases", add, posts=True),
    Page("/cabinet/bases/{id}", show_one),
    Page("/cabinet/bases/{id}", change, posts=True),
    Page("/cabinet/bases/{id}/drop", drop, posts=True),
    Page("/cabinet/bases/{id}/subscribers", put_subscriber, posts=True),
    Page("/cabinet/bases/{id}/subscribers/drop", drop_subscriber, posts=True),
    Page("/cabinet/bases/{id}/export.csv", export),
)
