"""The door for clients: path -> endpoint by a dictionary, bytes -> command -> bytes. A bare ASGI callable.

No middleware and no form parsing: clients label raw XML as form data. Every answer is HTTP 200, errors included,
because that is what the clients of these protocols expect.
"""

import asyncio
import re
from collections.abc import Iterable
from typing import Any, TypeVar

import structlog
from starlette.types import Receive, Scope, Send

from tolmach.core.accounts import Nobody
from tolmach.core.errors import Failure, RequestError, StoreUnavailableError
from tolmach.dialects.contract import Call, Dressing, Endpoint
from tolmach.services.access import Access, OutOfDateError
from tolmach.services.dispatch import Dispatcher
from tolmach.wire import WireRequest, WireResponse

log = structlog.get_logger()

R = TypeVar("R")

PARSE_IN_THREAD = 65_536  # a larger body would hold up everybody else while it is parsed
DRAINED = 8  # times the limit: what is read of a body only to be dropped
_SLASHES = re.compile("//+")


class Northbound:
    """Answers the paths of all dialects."""

    def __init__(
        self, endpoints: Iterable[Endpoint[Any]], access: Access, dispatcher: Dispatcher, body_limit: int
    ) -> None:
        self._endpoints: dict[str, Endpoint[Any]] = {}
        self._access = access
        self._dispatcher = dispatcher
        self._body_limit = body_limit
        for endpoint in endpoints:
            for path in endpoint.paths:
                if self._endpoints.setdefault(path, endpoint) is not endpoint:
                    raise ValueError(f"two endpoints claim {path}")
        known = set(self._endpoints.values())
        self._dressing = {id(endpoint): endpoint for endpoint in known if isinstance(endpoint, Dressing)}

    def endpoint(self, path: str) -> Endpoint[Any] | None:
        """Return the endpoint of a path; doubled slashes count once."""
        return self._endpoints.get(path) or self._endpoints.get(_SLASHES.sub("/", path))

    async def __call__(self, endpoint: Endpoint[Any], scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI request; one that breaks off half way is not carried out, however much of it there is."""
        try:
            body = await self._read(receive)
        except ConnectionError:
            return
        if body is None:
            response = endpoint.refuse(RequestError(Failure.TOO_LARGE, f"over {self._body_limit} bytes"), None)
        else:
            request = _request(scope, body)
            response = await self.answer(endpoint, request)
            dressing = self._dressing.get(id(endpoint))
            if dressing is not None:
                response = dressing.dress(request, response)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
        headers.append((b"content-length", str(len(response.body)).encode("ascii")))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    async def answer(self, endpoint: Endpoint[R], request: WireRequest) -> WireResponse:
        """Answer one request."""
        call: Call[R] | None = None
        try:
            call = await _parse(endpoint, request)
            return endpoint.render(call, await self._carry_out(endpoint, call, request.remote))
        except RequestError as error:
            log.info("request refused", path=request.path, failure=error.failure.value, detail=error.detail)
            return endpoint.refuse(error, call)
        except StoreUnavailableError as error:
            log.error("request cannot use the database", path=request.path, error=str(error))
            return endpoint.refuse(RequestError(Failure.BUSY), call)
        except Exception:
            log.exception("request failed", path=request.path)
            return endpoint.refuse(RequestError(Failure.INTERNAL), call)

    async def _carry_out(self, endpoint: Endpoint[R], call: Call[R], remote: str) -> R:
        """Carry the command out for its caller; a remembered password that is out of date is compared anew, once."""
        if isinstance(call.credentials, Nobody):
            return self._dispatcher.tell(call.command)
        is_open = endpoint.open_to_blocked or call.open_to_blocked
        while True:
            principal = await self._access.enter(
                call.credentials, remote, open_to_blocked=is_open, dialect=endpoint.dialect
            )
            try:
                if call.fault is None:
                    return await self._dispatcher.execute(principal, call.command)
                await self._dispatcher.recognise(principal)
                raise call.fault
            except OutOfDateError:
                if not principal.remembered:
                    raise
                self._access.forget(principal)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body; None for one over the limit, which is drained, so that the client reads our answer.

        ConnectionError when the client goes before the end.
        """
        pieces: list[bytes] = []
        size, more = 0, True
        while more and size <= (1 + DRAINED) * self._body_limit:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionAbortedError("the request breaks off")
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > self._body_limit:
                pieces.clear()
            more = message.get("more_body", False)
        return b"".join(pieces) if size <= self._body_limit else None


async def _parse(endpoint: Endpoint[R], request: WireRequest) -> Call[R]:
    if len(request.body) > PARSE_IN_THREAD:
        call = await asyncio.to_thread(endpoint.parse, request)
    else:
        call = endpoint.parse(request)
    for note in request.notes:
        log.info(note, path=request.path, remote=request.remote)
    return call


def _request(scope: Scope, body: bytes) -> WireRequest:
    client = scope.get("client")
    return WireRequest(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
        remote=client[0] if client else "",
    )
