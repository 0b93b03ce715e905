"""The sandbox in a browser: one page of phones and messages, and all routes under ``/sandbox/``."""

from pathlib import Path

import jinja2
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from tolmach.sandbox import api, phones_api, stream
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.texts import TEXTS, language, legend

_FILES = Path(__file__).parent / "static"
_MEDIA_TYPES = {"page.css": "text/css", "page.js": "text/javascript", "page.svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes(phones: Phones) -> list[BaseRoute]:
    """Return everything under ``/sandbox/``. ``phones.hang_up()`` ends its live connections."""
    return [
        Route("/sandbox", _redirect, methods=["GET"]),
        Route("/sandbox/", _Page().show, methods=["GET"]),
        *(Route(f"/sandbox/{name}", _file(name, kind), methods=["GET"]) for name, kind in _MEDIA_TYPES.items()),
        *api.routes(phones),
        *phones_api.routes(phones),
        *stream.routes(phones),
    ]


class _Page:
    def __init__(self) -> None:
        self._template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
            (_FILES / "page.html").read_text("utf-8")
        )

    async def show(self, request: Request) -> Response:
        chosen = language(request.query_params.get("lang"), request.headers.get("accept-language", ""))
        html = self._template.render(language=chosen, texts=TEXTS[chosen], legend=legend(chosen))
        return Response(html, 200, {**_HEADERS, "Vary": "Accept-Language"}, "text/html")


async def _redirect(request: Request) -> Response:
    query = request.url.query
    return RedirectResponse(f"/sandbox/?{query}" if query else "/sandbox/", 307)


def _file(name: str, media_type: str) -> api.Endpoint:
    content = (_FILES / name).read_bytes()

    async def send(_: Request) -> Response:
        return Response(content, 200, _HEADERS, media_type)

    return send
