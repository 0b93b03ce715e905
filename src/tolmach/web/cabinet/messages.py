"""Messages: found by filters, exported, and one of them told from its acceptance to its end."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from tolmach.core.commands.messages import ListMessages, ShowMessage
from tolmach.core.ids import parse_id
from tolmach.core.money import fixed
from tolmach.core.results.messages import MessageRow
from tolmach.core.results.timelines import Event
from tolmach.core.status import Status
from tolmach.services.rosters import safe
from tolmach.web import parameters, words, workbooks
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page

EXPORTED: Final = 100_000  # rows at most; a sheet has room for a million
PIECE: Final = 1_000
COLUMNS: Final = (
    "id", "accepted_at", "sends_at", "changed_at", "recipient", "sender", "channels", "parts", "status", "charged",
    "text",
)  # fmt: skip
EVENTS: Final = {
    Event.ACCEPTED: (N_("Accepted"), "circle-check", "azure"),
    Event.HELD: (N_("Money set aside"), "wallet", "secondary"),
    Event.MODERATED: (N_("Moderated"), "eye", "yellow"),
    Event.CLAIMED: (N_("Taken up"), "clock", "secondary"),
    Event.SUBMITTED: (N_("Handed over"), "send", "azure"),
    Event.LOST: (N_("Answer lost"), "alert-triangle", "yellow"),
    Event.RECEIPT: (N_("Receipt"), "device-mobile", "green"),
    Event.ENDED: (N_("Ended"), "player-stop", "red"),
    Event.CAPTURED: (N_("Money taken"), "receipt-2", "secondary"),
    Event.RELEASED: (N_("Money given back"), "wallet", "secondary"),
    Event.CALLBACK: (N_("Told to your server"), "code", "secondary"),
}
GROUPS: Final = {
    "waiting": (N_("waiting"), frozenset({Status.QUEUED, Status.ON_MODERATION, Status.SENT})),
    "delivered": (N_("delivered"), frozenset({Status.DELIVERED, Status.READ})),
    "failed": (
        N_("failed"),
        frozenset({Status.UNDELIVERED, Status.EXPIRED, Status.UNKNOWN, Status.REFUSED, Status.CANCELLED}),
    ),
}


async def show(ask: Exchange) -> Response:
    """Show a page of messages."""
    command = _command(ask)
    found = await ask.execute(command)
    kept = {name: value for name, value in ask.request.query_params.items() if value and name != "before"}
    return ask.render(
        "cabinet/messages.html",
        found=found,
        kept=kept,
        query=urlencode(kept),
        groups=GROUPS,
        further=urlencode({**kept, "before": found.before}),
    )


async def one(ask: Exchange) -> Response:
    """Show what happened to one message."""
    number = parse_id(ask.request.path_params["id"])
    found = None if number is None else await ask.execute(ShowMessage(number))
    if found is None:
        raise NotFoundError
    template = "cabinet/message_live.html" if ask.is_partial else "cabinet/message.html"
    return ask.render(template, found=found, events=EVENTS)


async def export_csv(ask: Exchange) -> Response:
    """Send the messages that the filters pick as CSV, while they are read."""
    headers = {"Content-Disposition": 'attachment; filename="messages.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(ask), 200, headers, "text/csv; charset=utf-8")


async def export_xlsx(ask: Exchange) -> Response:
    """Send the messages that the filters pick as a spreadsheet, while they are read."""
    headers = {"Content-Disposition": 'attachment; filename="messages.xlsx"', "Cache-Control": "no-store"}
    return StreamingResponse(workbooks.workbook("messages", _cells_of(ask)), 200, headers, workbooks.TYPE)


async def _cells_of(ask: Exchange) -> AsyncIterator[list[Sequence[object]]]:
    yield [COLUMNS]
    async for rows in _pieces(ask):
        yield [_cells(row) for row in rows]


async def _lines(ask: Exchange) -> AsyncIterator[bytes]:
    yield "\ufeff".encode()  # spreadsheets take a file without it for windows-1251
    yield csv_lines([list(COLUMNS)])
    async for rows in _pieces(ask):
        yield csv_lines([[safe(str(cell)) for cell in _cells(row)] for row in rows])


async def _pieces(ask: Exchange) -> AsyncIterator[list[MessageRow]]:
    command, left = replace(_command(ask), limit=PIECE, before=0), EXPORTED
    while left > 0:
        found = await ask.execute(command)
        yield list(found.rows[:left])
        left -= len(found.rows)
        if not found.before:
            return
        command = replace(command, before=found.before)


def csv_lines(rows: list[list[str]]) -> bytes:
    """Return lines of CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cells(row: MessageRow) -> list[Any]:
    return [
        str(row.id),
        f"{row.accepted_at:%Y-%m-%d %H:%M:%S}",
        f"{row.sends_at:%Y-%m-%d %H:%M:%S}",
        "" if row.changed_at is None else f"{row.changed_at:%Y-%m-%d %H:%M:%S}",
        row.recipient,
        row.sender,
        " ".join(words.CHANNELS[channel] for channel in row.channels),
        row.parts,
        row.status.value,
        fixed(row.charged),
        row.text,
    ]


def _command(ask: Exchange) -> ListMessages:
    """Return what the address of the page asks for; what makes no sense asks for nothing."""
    request = ask.request
    group = GROUPS.get(parameters.text(request, "status"))
    today = ask.today()
    days = {"today": today, "week": today - timedelta(days=6), "month": today - timedelta(days=30)}
    return ListMessages(
        recipient=parameters.text(request, "recipient", 20),
        sender=parameters.text(request, "sender", 15),
        statuses=group[1] if group else frozenset(),
        campaign=parameters.number(request, "campaign"),
        first_day=_day(parameters.text(request, "from")) or days.get(parameters.text(request, "period")),
        last_day=_day(parameters.text(request, "to")),
        before=parameters.number(request, "before"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


PAGES = (
    Page("/cabinet/messages", show),
    Page("/cabinet/messages/export.csv", export_csv),
    Page("/cabinet/messages/export.xlsx", export_xlsx),
    Page("/cabinet/messages/{id}", one),
)
