"""One request to a page and its answer: who asks, in which language, what the form says, and what is shown."""

from datetime import date
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tolmach.core.commands import Command
from tolmach.core.rejections import Rejection
from tolmach.core.sentences import Moment, Sentence
from tolmach.core.timezones import to_wall
from tolmach.core.users import Role
from tolmach.services.administration import AdministrationError
from tolmach.services.entrance import DEFAULT_ZONE, Visitor
from tolmach.services.explanations import REJECTIONS
from tolmach.web import languages, menu, security
from tolmach.web.formats import Formats
from tolmach.web.languages import N_
from tolmach.web.menu import Item
from tolmach.web.site import Site

R = TypeVar("R")

NOTICE = "notice"
TROUBLE = "trouble"
LONGEST_NOTICE = 600
ROLES = {
    Role.OWNER: N_("Owner"),
    Role.SENDER: N_("Sender"),
    Role.VIEWER: N_("Viewer"),
    Role.ADMIN: N_("Administrator"),
    Role.MODERATOR: N_("Moderator"),
    Role.FINANCE: N_("Finance"),
    Role.SUPPORT: N_("Support"),
}


class NotFoundError(Exception):
    """There is no such page, or what it is about is not the caller's."""


class Exchange:
    """What a page's function is given. ``visitor`` is None only on pages that are open to anybody."""

    def __init__(self, site: Site, request: Request, visitor: Visitor | None, form: FormData | None) -> None:
        self.site = site
        self.request = request
        self.form = form
        self._visitor = visitor
        user = visitor.user if visitor else None
        self.language = languages.choose(
            user.language if user else "",
            site.cookies.read(request, "language"),
            accepted=request.headers.get("accept-language", ""),
        )
        self.theme = (user.theme if user else "") or site.cookies.read(request, "theme")
        self.zone = visitor.zone if visitor else DEFAULT_ZONE
        self._new_visit = ""

    @property
    def visitor(self) -> Visitor:
        """Who asks."""
        assert self._visitor is not None, "this page is open to anybody"
        return self._visitor

    @property
    def signed_in(self) -> bool:
        """Whether somebody asks who is signed in."""
        return self._visitor is not None

    @property
    def is_partial(self) -> bool:
        """Whether a script asks for a piece of the page."""
        return self.request.headers.get("hx-request") == "true"

    async def execute(self, command: Command[R]) -> R:
        """Carry out a command for the caller."""
        return await self.site.reception.execute(self.visitor, command)

    def may(self, kind: type[Command[Any]]) -> bool:
        """Tell whether the caller may give a command."""
        return self._visitor is not None and self.site.reception.may(self._visitor, kind)

    def menu(self) -> list[Item]:
        """Return the menu: pages of the cabinet for who is in one, else those of the desk."""
        inside = self._visitor is not None and self._visitor.account is not None
        return [item for item in (menu.CABINET if inside else menu.DESK) if self.may(item.needs)]

    def today(self) -> date:
        """Return the day that it is in the account's time zone."""
        return to_wall(self.site.clock.now(), self.zone).date()

    def formats(self) -> Formats:
        """Return how numbers and moments are written for the caller."""
        return Formats(self.language, self.zone)

    def rejection(self, reason: Rejection) -> str:
        """Return why a message is refused, in the caller's language."""
        return self.told(REJECTIONS[reason])

    def told(self, sentence: str) -> str:
        """Return a sentence of the services in the caller's language; anything else as it is."""
        if isinstance(sentence, Moment):
            return self.formats().exactly(sentence.at)
        if not isinstance(sentence, Sentence):
            return sentence
        values = {
            name: self.told(value) if isinstance(value, str) else value for name, value in sentence.values.items()
        }
        return self.gettext(sentence.template) % values if values else self.gettext(sentence.template)

    def why(self, error: AdministrationError) -> str:
        """Return why a wish was not fulfilled, in the caller's language."""
        return self.told(error.sentence)

    def field(self, name: str) -> str:
        """Return what the form says in a field, "" for nothing."""
        value = "" if self.form is None else self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def gettext(self, text: str) -> str:
        """Translate a text."""
        return self.site.catalogues[self.language].gettext(text)

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page (or a piece of one)."""
        environment = self.site.environments[self.language]
        content = environment.get_template(template).render(self._common() | values)
        response = Response(content, status, security.HEADERS, "text/html")
        for name in (NOTICE, TROUBLE):
            if self.site.cookies.read(self.request, name):
                self.site.cookies.drop(self.request, response, name)
        if self._new_visit:
            self.site.cookies.write(self.request, response, security.VISIT, self._new_visit)
        return response

    def redirect(self, path: str, notice: str = "", *, trouble: str = "") -> Response:
        """Send the browser to another page of ours, which says what was done, or what was in the way."""
        response = RedirectResponse(path, 303, security.HEADERS)
        for name, said in ((NOTICE, notice), (TROUBLE, trouble)):
            if said:
                self.site.cookies.write(self.request, response, name, quote(said[:LONGEST_NOTICE]), 60)
        return response

    def _common(self) -> dict[str, Any]:
        return {
            "ask": self,
            "language": self.language,
            "languages": languages.LANGUAGES,
            "theme": self.theme if self.theme in ("light", "dark") else "",
            "path": self.request.url.path,
            "token": self._token(),
            "formats": self.formats(),
            "visitor": self._visitor,
            "currency": self._visitor.currency if self._visitor else "",
            "menu": self.menu(),
            "roles": ROLES,
            "said": unquote(self.site.cookies.read(self.request, NOTICE)),
            "trouble": unquote(self.site.cookies.read(self.request, TROUBLE)),
        }

    def _token(self) -> str:
        cookie = self.site.cookies.read(self.request, security.SESSION) if self._visitor else ""
        cookie = cookie or self.site.cookies.read(self.request, security.VISIT) or self._new_visit
        if not cookie:
            cookie = self._new_visit = security.make_visit()
        return security.form_token(cookie)
