"""Replies from virtual phones, for programs: ``POST /sandbox/api/phones/{number}/reply``, ``GET .../replies``."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tolmach.core.clock import Clock
from tolmach.sandbox import parameters
from tolmach.sandbox.api import answer, body, from_elsewhere, guarded, iso
from tolmach.sandbox.parameters import ParameterError
from tolmach.sandbox.replies import Replies, Said

LONGEST_TEXT = 10_000
SHOWN = 200


def routes(replies: Replies, clock: Clock) -> list[BaseRoute]:
    """Return the routes."""

    async def reply(request: Request) -> Response:
        from_elsewhere(request)
        parameters.nothing(request.query_params.multi_items())
        phone = parameters.number(request.path_params["number"])
        text, recipient = _read(await body(request))
        recipient = await replies.add(phone, recipient, text, clock.now())
        return answer({"from": phone, "to": recipient, "text": text}, 202)

    async def said(request: Request) -> Response:
        parameters.nothing(request.query_params.multi_items())
        phone = parameters.number(request.path_params["number"])
        return answer([_described(one) for one in await replies.said(phone, SHOWN)])

    return [
        Route("/sandbox/api/phones/{number}/reply", guarded(reply), methods=["POST"]),
        Route("/sandbox/api/phones/{number}/replies", guarded(said), methods=["GET"]),
    ]


def _described(said: Said) -> dict[str, object]:
    return {"id": said.id, "to": said.recipient, "text": said.text, "time": iso(said.at)}


def _read(written: bytes) -> tuple[str, str]:
    """Return the text, and the number that it is written to ("": the sender of the newest message)."""
    try:
        given = orjson.loads(written)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict) or set(given) - {"text", "to"}:
        raise ParameterError('the body is a JSON object with "text" and perhaps "to"')
    text, recipient = given.get("text"), given.get("to", "")
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_TEXT:
        raise ParameterError(f"text has 1 to {LONGEST_TEXT} characters")
    if not isinstance(recipient, str) or len(recipient) > 21:
        raise ParameterError("to is a number or a name of at most 21 characters")
    return text, recipient.strip()
