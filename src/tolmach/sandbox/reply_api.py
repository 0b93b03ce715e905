"""Replies from virtual phones, for programs: ``POST /sandbox/api/phones/{number}/reply``."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tolmach.core.clock import Clock
from tolmach.sandbox import parameters
from tolmach.sandbox.api import answer, body, from_elsewhere, guarded
from tolmach.sandbox.parameters import ParameterError
from tolmach.sandbox.replies import Replies

LONGEST_TEXT = 10_000


def routes(replies: Replies, clock: Clock) -> list[BaseRoute]:
    """Return the route."""

    async def reply(request: Request) -> Response:
        from_elsewhere(request)
        parameters.nothing(request.query_params.multi_items())
        phone = parameters.number(request.path_params["number"])
        text, recipient = _read(await body(request))
        recipient = await replies.add(phone, recipient, text, clock.now())
        return answer({"from": phone, "to": recipient, "text": text}, 202)

    return [Route("/sandbox/api/phones/{number}/reply", guarded(reply), methods=["POST"])]


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
