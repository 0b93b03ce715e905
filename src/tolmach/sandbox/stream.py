"""The live page's server-sent events: new messages, changes of messages and phones, and when messages were cleared."""

import asyncio
from collections.abc import AsyncIterator

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from tolmach.sandbox import parameters
from tolmach.sandbox.api import describe, guarded
from tolmach.sandbox.changes import Subscription
from tolmach.sandbox.message import MessageQuery, PhoneMessage
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.phones_api import setting
from tolmach.sandbox.storage import StorageError

HEARTBEAT = 15.0  # seconds; finds out about readers that are gone
AT_ONCE = 200  # a burst shows its newest messages, the page need not see every one
PAUSE = 0.1  # seconds between bursts; what comes meanwhile goes together

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


def routes(phones: Phones) -> list[BaseRoute]:
    """Return the route of the event stream."""

    async def events(request: Request) -> Response:
        after = parameters.events(request.query_params.multi_items(), request.headers.get("last-event-id"))
        start = await phones.last_id() if after is None else after
        return StreamingResponse(stream(phones, start), 200, _HEADERS, "text/event-stream")

    return [Route("/sandbox/api/events", guarded(events), methods=["GET"])]


async def stream(phones: Phones, after: int) -> AsyncIterator[str]:
    """Yield events with messages newer than the id ``after``, until the phones hang up or fail."""
    yield "retry: 1000\n\n"
    clearings = phones.clearings
    with phones.changes.subscribe() as changes:
        while not changes.closed:
            if clearings != phones.clearings:
                clearings = phones.clearings
                yield "event: cleared\ndata: {}\n\n"
            try:
                news = await phones.messages(MessageQuery(after=after, limit=AT_ONCE, newest=True))
                told = [_event("message", message) for message in news]
                told += await _changes(phones, changes, after)
            except StorageError:
                return
            if news:
                after = news[-1].id
            if told:
                yield "".join(told)
                await asyncio.sleep(PAUSE)
            if not await changes.wait(HEARTBEAT):
                yield ": still here\n\n"


async def _changes(phones: Phones, changes: Subscription, after: int) -> list[str]:
    """Return what has changed of messages up to the id ``after``, and of phones."""
    messages, numbers = changes.changed()
    old = [number for number in messages if number <= after][-AT_ONCE:]
    told = [_event("changed", message) for message in await phones.some(old)] if old else []
    return told + [_data("phone", setting(phones.handset(number))) for number in numbers]


def _event(name: str, message: PhoneMessage) -> str:
    # only new messages have ids, for the browser tells the last one when it comes back
    return (f"id: {message.id}\n" if name == "message" else "") + _data(name, describe(message))


def _data(name: str, content: object) -> str:
    return f"event: {name}\ndata: {orjson.dumps(content).decode()}\n\n"
