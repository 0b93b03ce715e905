"""The sandbox in a browser: the phones and what can be done with them, and all routes under ``/sandbox/``.

The page itself is drawn by scripts, from the API and its stream.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from tolmach.sandbox import api, fault_fields, phones_api, stream, texts
from tolmach.sandbox.phones import Phones
from tolmach.web import languages, security
from tolmach.web.look import Look

SCRIPTS: Final = (
    "phones-parts.js",
    "phones-bubbles.js",
    "phones-details.js",
    "phones-wall.js",
    "phones-smsc.js",
    "phones.js",
)
THEMES: Final = ("light", "dark")
HEADERS: Final = {
    **security.HEADERS,
    # the picture of a card is loaded from wherever it is, once somebody asks for it
    "Content-Security-Policy": security.POLICY.replace("img-src 'self' data:", "img-src 'self' data: https: http:"),
    "Referrer-Policy": "no-referrer",
}


def routes(phones: Phones, look: Look, *, smsc: bool, replies: bool = False) -> list[BaseRoute]:
    """Return everything under ``/sandbox/`` but the SMSC's API; ``smsc``: whether there is one;
    ``replies``: whether somebody takes what is written on the phones.

    ``phones.hang_up()`` ends the live connections.
    """
    return [
        Route("/sandbox", _redirect, methods=["GET"]),
        Route("/sandbox/", _Page(look, smsc, replies).show, methods=["GET"]),
        *api.routes(phones),
        *phones_api.routes(phones),
        *stream.routes(phones),
    ]


class _Page:
    def __init__(self, look: Look, smsc: bool, replies: bool) -> None:
        self._look = look
        self._smsc = smsc
        self._replies = replies

    async def show(self, request: Request) -> Response:
        read = self._look.cookies.read
        wished = {name: request.query_params.get(name, "") for name in ("lang", "theme")}
        language = languages.choose(
            wished["lang"], read(request, "language"), accepted=request.headers.get("accept-language", "")
        )
        theme = next((one for one in (wished["theme"], read(request, "theme")) if one in THEMES), "")
        response = Response(self._render(language, theme), 200, HEADERS, "text/html")
        for name, chosen, known in (("language", wished["lang"], languages.LANGUAGES), ("theme", theme, THEMES)):
            if chosen in known:
                self._look.cookies.write(request, response, name, chosen, security.YEAR)
        return response

    def _render(self, language: str, theme: str) -> str:
        gettext = self._look.catalogues[language].gettext
        return (
            self._look.environments[language]
            .get_template("sandbox/phones.html")
            .render(
                language=language,
                languages=languages.LANGUAGES,
                theme=theme,
                smsc=self._smsc,
                replies=self._replies,
                scripts=SCRIPTS,
                texts=texts.texts(gettext),
                fates=texts.fates(gettext),
                legend=texts.legend(gettext),
                faults=fault_fields.described(),
                groups=fault_fields.groups(gettext),
            )
        )


async def _redirect(request: Request) -> Response:
    query = request.url.query
    return RedirectResponse(f"/sandbox/?{query}" if query else "/sandbox/", 307)
