"""Hooks: addresses that providers post statuses to, ``/hooks/{link}/{secret}``.

The secret stands in the address because these protocols have no other way to say who calls. A wrong one is answered
like a link that does not exist. A status that could not be stored is not confirmed, so the provider tells it again.
"""

import secrets
from collections.abc import Callable
from typing import Final, Protocol

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from tolmach.providers.http_contract import ProviderError
from tolmach.wire import WireRequest, WireResponse

LARGEST: Final = 1024 * 1024

log = structlog.get_logger(__name__)


class Hooked(Protocol):
    """A link that is told statuses."""

    @property
    def hook(self) -> str:
        """The secret; "" for a link that is told nothing."""
        ...

    async def receive(self, request: WireRequest) -> WireResponse:
        """Store what is told and return the confirmation; raises `ProviderError` for what says nothing."""
        ...


def routes(find: Callable[[str], Hooked | None]) -> list[BaseRoute]:
    """Return the addresses of links; ``find`` returns the link of a name."""

    async def told(request: Request) -> Response:
        link = find(request.path_params["link"])
        given = request.path_params["secret"].encode()
        if link is None or not link.hook or not secrets.compare_digest(given, link.hook.encode()):
            return PlainTextResponse("there is no such hook\n", 404)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large\n", 413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        wire = WireRequest(request.method, request.url.path, request.url.query, headers, body)
        return await _answer(request.path_params["link"], link, wire)

    return [Route("/hooks/{link}/{secret}", told, methods=["GET", "POST"])]


async def _answer(name: str, link: Hooked, request: WireRequest) -> Response:
    try:
        answer = await link.receive(request)
    except ProviderError as error:
        log.warning("hook-unreadable", link=name, error=str(error))
        return PlainTextResponse("this is no status\n", 400)
    except Exception:
        log.exception("hook-not-stored", link=name)
        return PlainTextResponse("later, please\n", 503)
    return Response(answer.body, answer.status, dict(answer.headers))


async def _body(request: Request) -> bytes | None:
    """Read the body; None when it is too large."""
    pieces, size = [], 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > LARGEST:
                return None
            pieces.append(piece)
    except ClientDisconnect:
        return b""
    return b"".join(pieces)
