"""What waits for a moderator: senders, texts, patterns and files, decided on with one key; stop words."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from tolmach.core.commands import Command
from tolmach.core.commands.rulings import (
    DecideFile,
    DecidePattern,
    DecideSender,
    DecideText,
    EditStopWords,
    GetFile,
    ListCases,
    ListDecided,
    ListFiles,
    ListStopWords,
)
from tolmach.core.ids import parse_id
from tolmach.web import security
from tolmach.web.desk.asking import attempt, sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import text

PLACE: Final = "/desk/moderation"
DECISIONS: Final[Mapping[str, str]] = {"approve": N_("Approved."), "reject": N_("Rejected.")}


async def show(ask: Exchange) -> Response:
    """Show what waits."""
    return render(ask, "moderation.html", found=await ask.execute(ListCases()))


async def decide(ask: Exchange) -> Response:
    """Approve or reject one case."""
    decision = sent(ask, "decision")
    if decision not in DECISIONS:
        raise NotFoundError
    command = _decision(ask, approved=decision == "approve")
    back = f"{PLACE}/decided" if sent(ask, "revise") else PLACE
    return await attempt(ask, command, back, ask.gettext(DECISIONS[decision]))


def _decision(ask: Exchange, *, approved: bool) -> Command[None]:
    kind, reason = ask.request.path_params["kind"], sent(ask, "reason")
    if kind == "sender":
        return DecideSender(sent(ask, "login"), sent(ask, "name"), approved, reason)
    id_ = parse_id(sent(ask, "id")) or 0
    if kind == "text":
        return DecideText(id_, approved, reason, revise=bool(sent(ask, "revise")))
    if kind == "pattern":
        return DecidePattern(id_, approved, reason)
    if kind == "file":
        return DecideFile(id_, approved, reason)
    raise NotFoundError


async def decided(ask: Exchange) -> Response:
    """Show what was decided on."""
    return render(ask, "decided.html", found=await ask.execute(ListDecided()))


async def files(ask: Exchange) -> Response:
    """Show files of clients."""
    login = text(ask.request, "login")
    return render(ask, "files.html", found=await ask.execute(ListFiles(login)), login=login)


async def one_file(ask: Exchange) -> Response:
    """Send a file to be saved; no browser shows it."""
    found = await ask.execute(GetFile(parse_id(ask.request.path_params["id"]) or 0))
    return Response(found.content, 200, security.HEADERS | _capital(found.headers))


def _capital(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers written as those of pages are, so that each stands there once."""
    return {"-".join(word.capitalize() for word in name.split("-")): value for name, value in headers.items()}


async def words(ask: Exchange) -> Response:
    """Show the stop words."""
    return render(ask, "words.html", found=await ask.execute(ListStopWords()))


async def edit_words(ask: Exchange) -> Response:
    """Add stop words, a line each, or take one away."""
    removes = bool(sent(ask, "remove"))
    lines = [sent(ask, "remove")] if removes else sent(ask, "words", 10_000).splitlines()
    chosen = tuple(line.strip() for line in lines if line.strip())
    done = N_("The word is taken away.") if removes else N_("The words are added.")
    return await attempt(ask, EditStopWords(chosen, removes), f"{PLACE}/words", ask.gettext(done))


PAGES = (
    Page(PLACE, show),
    Page(f"{PLACE}/decided", decided),
    Page(f"{PLACE}/files", files),
    Page(f"{PLACE}/files/{{id}}", one_file),
    Page(f"{PLACE}/words", words),
    Page(f"{PLACE}/words", edit_words, posts=True),
    Page(f"{PLACE}/{{kind}}", decide, posts=True),
)
