"""Pages: a path, a function that answers, and around it what no page may forget: who asks, and whose form it is."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from tolmach.core.errors import CommitUnknownError, Failure, LostAnswerError, RequestError, StoreUnavailableError
from tolmach.services.administration import NotFoundError as NotKnownError
from tolmach.services.entrance import Visitor
from tolmach.services.explanations import FAILURES
from tolmach.services.reception import ForbiddenError
from tolmach.web import security
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.site import Site

log = structlog.get_logger()

Answer = Callable[[Exchange], Awaitable[Response]]
LARGEST_FORM: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """What answers at a path; ``posts``: forms are sent to it, of ``largest`` bytes. ``is_open``: also for anybody."""

    path: str
    answer: Answer
    posts: bool = False
    is_open: bool = False
    largest: int = LARGEST_FORM


def routes(site: Site, pages: Iterable[Page], prefixes: Sequence[str]) -> list[BaseRoute]:
    """Return the routes of pages; what is not found below one of the prefixes is told on a page, too."""
    found: list[BaseRoute] = [
        Route(page.path, _Guarded(site, page), methods=["POST"] if page.posts else ["GET"]) for page in pages
    ]
    nothing = _Guarded(site, Page("", _not_found, is_open=True))
    for prefix in prefixes:
        found += [Route(f"{prefix}/{{rest:path}}", nothing, methods=["GET"])]
    return found


class _Guarded:
    """A page as Starlette calls it."""

    def __init__(self, site: Site, page: Page) -> None:
        self._site = site
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        visitor = await self._visitor(request)
        ask = Exchange(self._site, request, visitor, None)
        if visitor is None and not self._page.is_open:
            return _to_sign_in(ask)
        try:
            return await self._carry_out(ask)
        except (NotFoundError, NotKnownError):
            return problem(ask, 404)
        except ForbiddenError:
            return problem(ask, 403)
        except ClientDisconnect:
            return Response(status_code=400)
        except RequestError as error:
            return _refused(ask, error)
        except (StoreUnavailableError, LostAnswerError) as error:
            return _away(ask, error)
        except Exception:
            log.exception("page failed", path=request.url.path)
            return problem(ask, 500)

    async def _visitor(self, request: Request) -> Visitor | None:
        cookie = self._site.cookies.read(request, security.SESSION)
        remote = request.client.host if request.client else ""
        return await self._site.entrance.visitor(cookie, remote) if cookie else None

    async def _carry_out(self, ask: Exchange) -> Response:
        if (
            self._page.path.startswith("/desk/")
            and ask.visitor.user.account is not None
            and self._page.path != "/desk/"
        ):
            raise ForbiddenError  # not even an empty form of the desk is for users of accounts
        if self._page.posts:
            form = await _form(ask.request, self._page.largest)
            if form is None:
                return problem(ask, 413)
            try:
                if not self._is_own(ask, form):
                    return problem(ask, 400)
                ask.form = form
                return await self._page.answer(ask)
            finally:
                await form.close()  # uploads are files
        return await self._page.answer(ask)

    def _is_own(self, ask: Exchange, form: FormData) -> bool:
        name = security.SESSION if ask.signed_in else security.VISIT
        cookie = self._site.cookies.read(ask.request, name)
        return security.is_own(ask.request, cookie, str(form.get(security.FIELD, "")))


async def _form(request: Request, largest: int) -> FormData | None:
    """Return what a form says; None when it is too large."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > largest:
        return None
    return await request.form(max_part_size=LARGEST_FORM)


PROBLEMS: Final = {
    400: (N_("This form is out of date"), N_("Load the page again and send the form once more.")),
    403: (N_("This is not for you"), N_("Your role does not allow it. Whoever gave it to you can change it.")),
    404: (N_("There is nothing here"), N_("The page does not exist, or it belongs to another account.")),
    413: (N_("This is too large"), N_("A form may have 8 MB at most, a file for import 64 MB.")),
    500: (N_("Something went wrong"), N_("It has been written to the log. Nothing was changed.")),
    422: (N_("This cannot be done"), N_("What the form says makes no sense. Nothing was changed.")),
    503: (N_("The gateway is busy"), N_("The database cannot be used right now. Try again in a minute.")),
}


def problem(ask: Exchange, status: int, why: str = "") -> Response:
    """Return a page that says why there is no other; ``why``: in these words, which are in the caller's language."""
    title, text = PROBLEMS[status]
    return ask.render("problem.html", status, number=status, title=title, text=why or ask.gettext(text))


def _away(ask: Exchange, error: StoreUnavailableError | LostAnswerError) -> Response:
    """Answer when the database is away, or nobody knows what was done before it went."""
    known = {"path": ask.request.url.path, "error": str(error)}
    if isinstance(error, CommitUnknownError | LostAnswerError):
        log.error("nobody knows whether a page did its work", **known)
        return problem(ask, 503, ask.gettext(N_("Nobody knows whether it was done. Look before you do it again.")))
    log.error("page cannot use the database", **known)
    return problem(ask, 503)


def _refused(ask: Exchange, error: RequestError) -> Response:
    """Answer a command that was refused as a whole."""
    if error.failure is Failure.UNAUTHORISED:  # the session has ended meanwhile
        return _to_sign_in(ask)
    if error.failure is Failure.BLOCKED:
        return problem(ask, 403)
    if error.failure in (Failure.UNKNOWN_BASE, Failure.UNKNOWN_GROUP, Failure.UNKNOWN_CLIENT):
        return problem(ask, 404)
    known = {"path": ask.request.url.path, "failure": error.failure.value, "detail": error.detail}
    if error.failure is Failure.INTERNAL:
        log.error("page refused", **known)
        return problem(ask, 500)
    log.info("page refused", **known)
    if error.failure is Failure.BUSY:
        return problem(ask, 503, ask.gettext(N_("Too much waits already. Try again in a minute.")))
    words = ask.told(FAILURES[error.failure])
    return problem(ask, 422, f"{words[:1].upper()}{words[1:]}.")


def _to_sign_in(ask: Exchange) -> Response:
    response = ask.redirect("/sign-in")
    if ask.request.method == "GET" and not ask.is_partial:
        query = ask.request.url.query
        ask.site.cookies.write(
            ask.request, response, "next", f"{ask.request.url.path}{'?' if query else ''}{query}", 600
        )
    if ask.is_partial:
        response.headers["HX-Redirect"] = "/sign-in"
    return response


async def _not_found(ask: Exchange) -> Response:
    if not ask.signed_in:
        return _to_sign_in(ask)
    raise NotFoundError
