"""The sandbox for programs: list, wait for, take apart and clear messages, as JSON."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tolmach.sandbox import parameters, raw
from tolmach.sandbox.changes import Subscription
from tolmach.sandbox.handset import words
from tolmach.sandbox.handsets import NotPossible, NotThere
from tolmach.sandbox.message import PhoneMessage, PhoneSummary
from tolmach.sandbox.parameters import ParameterError, Wait
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.storage import StorageError

MAX_BODY = 65_536
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Forbidden(PermissionError):  # noqa: N818
    """A request that only pages of the sandbox may make."""


Endpoint = Callable[[Request], Awaitable[Response]]


def routes(phones: Phones) -> list[BaseRoute]:
    """Return the routes under ``/sandbox/api/`` except the event stream."""

    async def listing(request: Request) -> Response:
        query = parameters.messages(request.query_params.multi_items())
        return answer([describe(each) for each in await phones.messages(query)])

    async def clear(request: Request) -> Response:
        return answer({"deleted": await phones.clear(parameters.clear(request.query_params.multi_items()))})

    async def summaries(request: Request) -> Response:
        prefix, limit = parameters.phones(request.query_params.multi_items())
        return answer([_summary(each, phones) for each in await phones.phones(prefix, limit)])

    async def wait(request: Request) -> Response:
        return await _wait(phones, parameters.wait(request.query_params.multi_items()))

    async def one(request: Request) -> Response:
        return answer(describe(await _message(phones, request)))

    async def octets(request: Request) -> Response:
        return answer(_raw(await _message(phones, request)))

    return [
        Route("/sandbox/api/messages", guarded(listing), methods=["GET"]),
        Route("/sandbox/api/messages/{id}", guarded(one), methods=["GET"]),
        Route("/sandbox/api/messages/{id}/raw", guarded(octets), methods=["GET"]),
        Route("/sandbox/api/messages", guarded(clear), methods=["DELETE"]),
        Route("/sandbox/api/phones", guarded(summaries), methods=["GET"]),
        Route("/sandbox/api/wait", guarded(wait), methods=["GET"]),
    ]


def describe(message: PhoneMessage) -> dict[str, object]:
    """Return a message as the API shows it; docs/sandbox.md explains the fields."""
    card = message.card
    return {
        "id": message.id,
        "phone": message.phone,
        "sender": message.sender,
        "channel": message.channel,
        "text": card.text,
        "parts": message.parts,
        "encoding": message.encoding,
        "time": iso(message.at),
        "outcome": message.outcome,
        "button": {"text": card.button_text, "url": card.button_url} if card.button_text else None,
        "picture": card.image_url or None,
        **_content(message.content),
        "pressed": iso(message.pressed) if message.pressed else None,
        "leg": message.leg,
        "provider_ids": message.provider_ids,
        "smpp": orjson.loads(message.smpp) if message.smpp else None,
    }


def _content(stored: str) -> dict[str, object]:
    """Return the kind of a message and what only this kind has; a plain text is of the kind ``sms``."""
    fields: dict[str, object] = orjson.loads(stored) if stored else {"kind": "sms"}
    known = ("kind", "text", "button_text", "button_url", "image_url")
    return {"kind": fields["kind"], "content": {name: fields[name] for name in fields if name not in known} or None}


async def _message(phones: Phones, request: Request) -> PhoneMessage:
    number = parameters.message(request.path_params["id"])
    parameters.nothing(request.query_params.multi_items())
    found = await phones.message(number)
    if found is None:
        raise NotThere(f"there is no message {number}; it may have been cleared")
    return found


def _raw(message: PhoneMessage) -> dict[str, object]:
    parts = raw.unpack(message.raw) if message.raw else raw.of_content(message.what(), message.id & 0xFF)
    return {"id": message.id, "smpp": bool(message.raw), "parts": [raw.describe(part) for part in parts]}


def answer(content: object, status: int = 200) -> Response:
    """Return ``content`` as a JSON response that nobody may cache."""
    return Response(orjson.dumps(content), status, _HEADERS, "application/json")


async def body(request: Request) -> bytes:
    """Return the body of a request; ParameterError when it is too long."""
    read = b""
    async for piece in request.stream():
        read += piece
        if len(read) > MAX_BODY:
            raise ParameterError(f"the body may have {MAX_BODY} octets")
    return read


def from_elsewhere(request: Request) -> None:
    """Raise `Forbidden` when a page of another site asks: its form could post here, but browsers say whose it is."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise Forbidden("pages of other sites may not do this")


def guarded(endpoint: Endpoint) -> Endpoint:
    """Turn what an endpoint may raise into a JSON error."""

    async def inner(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ParameterError as error:
            return _error(400, "bad-parameter", str(error))
        except Forbidden as error:
            return _error(403, "forbidden", str(error))
        except NotThere as error:
            return _error(404, "not-found", str(error))
        except NotPossible as error:
            return _error(409, "not-possible", str(error))
        except StorageError as error:
            return _error(503, "storage-failed", str(error))

    return inner


async def _wait(phones: Phones, wait: Wait) -> Response:
    with phones.changes.subscribe() as changes:
        try:
            async with asyncio.timeout(wait.seconds or None):
                found = await _first(phones, wait, changes)
        except TimeoutError:
            found = None
    if found is not None:
        return answer(describe(found))
    if changes.closed:
        return _error(503, "stopping", "the sandbox is being stopped")
    return _error(408, "timeout", f"no such message came within {wait.seconds:g} s")


async def _first(phones: Phones, wait: Wait, changes: Subscription) -> PhoneMessage | None:
    """Return the first message that matches; None if the sandbox stops or nothing is there and time is up."""
    query = wait.query
    while True:
        newest = await phones.last_id()
        found = await phones.messages(query)
        if found or changes.closed or not wait.seconds:
            return found[0] if found else None
        if not query.outcome:  # which may still change
            # what has been looked through need not be again
            query = dataclasses.replace(query, after=max(query.after, newest))
        await changes.wait(wait.seconds)


def _error(status: int, error: str, message: str) -> Response:
    return answer({"error": error, "message": message}, status)


def _summary(phone: PhoneSummary, phones: Phones) -> dict[str, object]:
    handset = phones.handset(phone.phone)
    return {
        "phone": phone.phone,
        "on": handset.on,
        "outcome": words(handset.chosen),
        "messages": phone.messages,
        "last": {"id": phone.last, "text": phone.text, "time": iso(phone.at)},
    }


def iso(moment: datetime) -> str:
    """Return a moment as the API writes it: UTC, milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
