"""Money: the ledger with its filters, and days that are closed; both as CSV, too."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from starlette.responses import Response, StreamingResponse

from tolmach.core.commands.finance import CloseDays, GetDay, ListDays, ListLedger
from tolmach.core.money import fixed
from tolmach.core.results.finance import LedgerRow
from tolmach.core.timezones import to_wall
from tolmach.services.administration import AdministrationError
from tolmach.web import security
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import number, text

AT_ONCE: Final = 5_000
MARK: Final = "\N{BYTE ORDER MARK}"  # spreadsheets take a file without it for another encoding
COLUMNS: Final = ("id", "at", "account", "kind", "available", "held", "currency", "message", "note")
SUMS: Final = ("topped_up", "transferred", "set_aside", "charged", "given_back", "available", "held")


async def ledger(ask: Exchange) -> Response:
    """Show movements of money."""
    asked, problem = _asked(ask), ""
    try:
        found = await ask.execute(asked)
    except AdministrationError as error:
        problem, found = ask.why(error), await ask.execute(ListLedger())
    return render(ask, "ledger.html", 422 if problem else 200, found=found, asked=asked, problem=problem)


async def ledger_csv(ask: Exchange) -> Response:
    """Send every movement that the filters let through, oldest last."""
    asked = replace(_asked(ask), limit=AT_ONCE)
    first = await ask.execute(asked)

    async def lines() -> AsyncIterator[str]:
        yield MARK + _csv([COLUMNS])
        page = first
        while page.rows:
            yield _csv([_cells(row, ask.zone) for row in page.rows])
            if not page.before:
                return
            page = await ask.execute(replace(asked, before=page.before))

    headers = _attachment("ledger.csv")
    return StreamingResponse(lines(), 200, headers, "text/csv")


async def days(ask: Exchange) -> Response:
    """Show closed days."""
    found = await ask.execute(ListDays(_day(text(ask.request, "before"))))
    return render(ask, "days.html", found=found, close=CloseDays)


async def close(ask: Exchange) -> Response:
    """Close every day that is over."""
    count = await ask.execute(CloseDays())
    return ask.redirect("/desk/days", ask.gettext(N_("Days closed: %s")) % count)


async def one_day(ask: Exchange) -> Response:
    """Show a closed day account by account."""
    return render(ask, "day.html", found=await ask.execute(GetDay(_known(ask))))


async def day_csv(ask: Exchange) -> Response:
    """Send a closed day."""
    found = await ask.execute(GetDay(_known(ask)))
    rows = [[one.login, one.currency, *(fixed(getattr(one, name)) for name in SUMS)] for one in found.sums]
    content = MARK + _csv([("account", "currency", *SUMS), *rows])
    return Response(content, 200, _attachment(f"{found.day.isoformat()}.csv"), "text/csv")


def _asked(ask: Exchange) -> ListLedger:
    request = ask.request
    return ListLedger(
        text(request, "login"),
        text(request, "kind"),
        _day(text(request, "first")),
        _day(text(request, "last")),
        number(request, "before"),
    )


def _day(written: str) -> date | None:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _known(ask: Exchange) -> date:
    day = _day(ask.request.path_params["day"])
    if day is None:
        raise NotFoundError
    return day


def _cells(row: LedgerRow, zone: str) -> Sequence[object]:
    at = f"{to_wall(row.at, zone):%Y-%m-%d %H:%M:%S}"
    return (
        row.id, at, row.login, row.kind, fixed(row.available), fixed(row.held), row.currency, row.message or "",
        _harmless(row.note),
    )  # fmt: skip


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _csv(rows: Sequence[Sequence[object]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _attachment(name: str) -> dict[str, str]:
    return security.HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}


PAGES = (
    Page("/desk/ledger", ledger),
    Page("/desk/ledger.csv", ledger_csv),
    Page("/desk/days", days),
    Page("/desk/days", close, posts=True),
    Page("/desk/days/{day}", one_day),
    Page("/desk/days/{day}/csv", day_csv),
)
