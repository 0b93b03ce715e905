"""Files of subscribers: put up, looked at with their columns, taken in while others work, and what was left out."""

from collections.abc import AsyncIterator
from typing import Final

from starlette.datastructures import UploadFile
from starlette.responses import Response, StreamingResponse

from tolmach.core.bases import ADDITIONS
from tolmach.core.commands.imports import DropImport, GetImport, ListImports, ListLeftOut, PutImport, RunImport
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import parse_id
from tolmach.core.results.imports import Import, ImportState
from tolmach.services.administration import BadValueError
from tolmach.services.rosters import FULL_NAME, PHONE, safe
from tolmach.web.cabinet.messages import csv_lines
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page

SHOWN: Final = 100  # records that were left out on the page
LARGEST_FILE: Final = 64 * 1024 * 1024
ENCODINGS: Final = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "windows-1251": "Windows-1251"}
DELIMITERS: Final = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": "|"}
FIELDS: Final = {
    PHONE: N_("Number"),
    FULL_NAME: N_("Full name"),
    "surname": N_("Surname"),
    "name": N_("Name"),
    "patronymic": N_("Patronymic"),
    "born": N_("Birth date"),
    "gender": N_("Gender"),
    "region": N_("Region"),
    "operator": N_("Operator"),
    ADDITIONS[0]: N_("Addition 1"),
    ADDITIONS[1]: N_("Addition 2"),
    ADDITIONS[2]: N_("Addition 3"),
    ADDITIONS[3]: N_("Addition 4"),
    ADDITIONS[4]: N_("Addition 5"),
}


async def put(ask: Exchange) -> Response:
    """Put a file up for a base."""
    reference = ask.request.path_params["id"]
    base = f"/cabinet/bases/{reference}"
    file = None if ask.form is None else ask.form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            await ask.execute(ListImports(reference))  # a base of somebody else is not found, with a file or without
            return ask.redirect(base, trouble=ask.gettext(N_("Choose a file.")))
        number = await ask.execute(PutImport(reference, file.filename, file.file))
    except RequestError as error:
        if error.failure is not Failure.UNKNOWN_BASE:
            raise
        raise NotFoundError from None
    except BadValueError as error:
        return ask.redirect(base, trouble=ask.told(error.args[0]))
    return ask.redirect(f"/cabinet/imports/{number}")


async def show(ask: Exchange) -> Response:
    """Show a file: its columns, or how far it is; a script asks for the latter alone."""
    return await _page(ask, await _find(ask))


async def run(ask: Exchange) -> Response:
    """Take a file in, with the columns that the form says."""
    found = await _find(ask)
    chosen = [ask.field(f"column-{place}") or None for place in range(len(found.fields))]
    fields = [one if one in FIELDS else None for one in chosen]
    try:
        await ask.execute(RunImport(found.id, fields))
    except BadValueError:
        words = N_("One column has to be the number, and no two columns can be the same.")
        return await _page(ask, found, 422, error=ask.gettext(words))
    return ask.redirect(f"/cabinet/imports/{found.id}")


async def drop(ask: Exchange) -> Response:
    """Forget a file; one that is being taken in stops."""
    found = await _find(ask)
    await ask.execute(DropImport(found.id))
    return ask.redirect(f"/cabinet/bases/{found.base}", ask.gettext(N_("The file is forgotten.")))


async def left_out(ask: Exchange) -> Response:
    """Send the records that were left out as CSV, with their lines and why."""
    found = await _find(ask)
    headers = {"Content-Disposition": f'attachment; filename="left-out-{found.id}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(ask, found), 200, headers, "text/csv; charset=utf-8")


async def _lines(ask: Exchange, found: Import) -> AsyncIterator[bytes]:
    header = [ask.gettext(N_("Line")), ask.gettext(N_("Why")), *(found.preview[0] if found.preview else [])]
    yield "\ufeff".encode() + csv_lines([[safe(cell) for cell in header]])
    behind = -1
    while rows := await ask.execute(ListLeftOut(found.id, behind)):
        yield csv_lines([[str(one.line), ask.told(one.reason), *map(safe, one.cells)] for one in rows])
        behind = rows[-1].position


async def _find(ask: Exchange) -> Import:
    number = parse_id(ask.request.path_params["id"])
    found = None if number is None else await ask.execute(GetImport(number))
    if found is None:
        raise NotFoundError
    return found


async def _page(ask: Exchange, found: Import, status: int = 200, error: str = "") -> Response:
    over = found.state in (ImportState.DONE, ImportState.FAILED)
    rows = await ask.execute(ListLeftOut(found.id, most=SHOWN)) if over and found.bad else []
    return ask.render(
        "cabinet/import_live.html" if ask.is_partial else "cabinet/import.html",
        status,
        found=found,
        rows=rows,
        over=over,
        error=error,
        fields=FIELDS,
        encoding=ENCODINGS.get(found.encoding, found.encoding),
        delimiter=DELIMITERS.get(found.delimiter, ""),
        may_run=ask.may(RunImport),
    )


PAGES = (
    Page("/cabinet/bases/{id}/import", put, posts=True, largest=LARGEST_FILE),
    Page("/cabinet/imports/{id}", show),
    Page("/cabinet/imports/{id}", run, posts=True),
    Page("/cabinet/imports/{id}/drop", drop, posts=True),
    Page("/cabinet/imports/{id}/left-out.csv", left_out),
)
