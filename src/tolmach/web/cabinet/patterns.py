"""Templates: texts that are kept, to begin a message with."""

from starlette.responses import Response

from tolmach.core.commands import DropPattern, EditPatterns, ListPatterns, PutPattern
from tolmach.core.results import PatternEdit
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page


async def show(ask: Exchange) -> Response:
    """Show the templates."""
    return ask.render("cabinet/patterns.html", patterns=(await ask.execute(ListPatterns())).patterns)


async def put(ask: Exchange) -> Response:
    """Add a template, or change one."""
    reference = ask.field("id") or None
    await _edit(ask, PutPattern(reference, ask.field("name").strip(), ask.field("text").replace("\r\n", "\n")))
    return ask.redirect("/cabinet/patterns", ask.gettext(N_("The template is kept.")))


async def drop(ask: Exchange) -> Response:
    """Delete a template."""
    await _edit(ask, DropPattern(ask.field("id")))
    return ask.redirect("/cabinet/patterns", ask.gettext(N_("The template is deleted.")))


async def _edit(ask: Exchange, edit: PutPattern | DropPattern) -> None:
    (edited,) = (await ask.execute(EditPatterns([edit]))).items
    if edited.edit is PatternEdit.NOT_FOUND:
        raise NotFoundError


PAGES = (
    Page("/cabinet/patterns", show),
    Page("/cabinet/patterns", put, posts=True),
    Page("/cabinet/patterns/drop", drop, posts=True),
)
