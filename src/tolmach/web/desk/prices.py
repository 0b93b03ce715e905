"""Tariffs and directions: shown, saved as a file, replaced by one, opened and closed."""

import csv
import io

from starlette.datastructures import UploadFile
from starlette.responses import Response

from tolmach.core.commands.prices import GetTariff, ImportPrices, ListTariffs, OpenDirection
from tolmach.core.money import plain
from tolmach.services.administration import AdministrationError
from tolmach.services.pricelists import COLUMNS
from tolmach.web import security
from tolmach.web.desk.asking import attempt, sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page

SHOWN_FAULTS = 50
MARK = "\N{BYTE ORDER MARK}"  # spreadsheets take a file without it for another encoding


async def show(ask: Exchange) -> Response:
    """Show tariffs and directions."""
    return await _page(ask)


async def one(ask: Exchange) -> Response:
    """Show a tariff."""
    found = await ask.execute(GetTariff(ask.request.path_params["name"]))
    return render(ask, "tariff.html", found=found)


async def as_csv(ask: Exchange) -> Response:
    """Send a tariff as the file that would make it what it is: to be changed, and to replace it."""
    found = await ask.execute(GetTariff(ask.request.path_params["name"]))
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for row in found.rows:
        rows.writerows(
            (row.name, " ".join(row.prefixes), channel.value, plain(price)) for channel, price in row.prices.items()
        )
    headers = security.HEADERS | {"Content-Disposition": 'attachment; filename="prices.csv"'}
    return Response(MARK + written.getvalue(), 200, headers, "text/csv")


async def replace(ask: Exchange) -> Response:
    """Replace the prices of a tariff by those of a file."""
    assert ask.form is not None
    name, file = sent(ask, "name", 64), ask.form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    try:
        found = await ask.execute(ImportPrices(name, content))
    except AdministrationError as error:
        return await _page(ask, 422, problem=ask.why(error), name=name)
    if found.faults:
        return await _page(ask, 422, faults=[(line, ask.told(told)) for line, told in found.faults], name=name)
    return ask.redirect("/desk/tariffs", ask.gettext(N_("Prices stored: %s")) % found.rows)


async def set_open(ask: Exchange) -> Response:
    """Open or close a direction for everybody."""
    is_open = sent(ask, "open") == "yes"
    done = N_("The direction is open.") if is_open else N_("The direction is closed.")
    return await attempt(ask, OpenDirection(sent(ask, "direction"), is_open), "/desk/tariffs", ask.gettext(done))


async def _page(
    ask: Exchange, status: int = 200, problem: str = "", faults: list[tuple[int, str]] | None = None, name: str = ""
) -> Response:
    found = await ask.execute(ListTariffs())
    shown = (faults or [])[:SHOWN_FAULTS]
    changes = ask.may(ImportPrices)
    values = {"problem": problem, "faults": shown, "changes": changes, "name": name}
    return render(ask, "tariffs.html", status, found=found, **values)


PAGES = (
    Page("/desk/tariffs", show),
    Page("/desk/tariffs", replace, posts=True),
    Page("/desk/directions", set_open, posts=True),
    Page("/desk/tariffs/{name}", one),
    Page("/desk/tariffs/{name}/csv", as_csv),
)
