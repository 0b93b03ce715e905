"""The door for clients: path -> endpoint by a dictionary, bytes -> command -> bytes. A bare ASGI callable.

No middleware and no form parsing: clients label raw XML as form data. Every answer is HTTP 200, errors included,
because that is what the clients of these protocols expect.
"""

import asyncio
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from starlette.types import Receive, Scope, Send

from tolmach.api.arrivals import Arrivals
from tolmach.api.asked import Asked
from tolmach.api.exchange import Exchange
from tolmach.api.execution import Execution, Visitor
from tolmach.core.accounts import Nobody
from tolmach.core.errors import Failure, LostAnswerError, RequestError, StoreUnavailableError
from tolmach.core.limits import RequestLimits
from tolmach.core.requests import is_name
from tolmach.core.traces import Traces
from tolmach.dialects.contract import Call, Dressing, Endpoint
from tolmach.services.dispatch import tell
from tolmach.wire import WireRequest, WireResponse

log = structlog.get_logger()

R = TypeVar("R")

LONG = 8_192  # a larger body, about a hundred recipients, would hold up everybody else while it is read and answered
_SLASHES = re.compile("//+")


class Northbound:
    """Answers the paths of all dialects."""

    def __init__(self, endpoints: Iterable[Endpoint[Any]], execution: Execution, limits: RequestLimits) -> None:
        self._endpoints: dict[str, Endpoint[Any]] = {}
        self._execution = execution
        self.limits = limits
        self._inside = 0  # requests in work
        self._arrivals = Arrivals(limits)
        self._long = asyncio.Lock()  # each more at a time would take the interpreter from the loop as long
        self.traces: Traces | None = None
        for endpoint in endpoints:
            for path in endpoint.paths:
                if self._endpoints.setdefault(path, endpoint) is not endpoint:
                    raise ValueError(f"two endpoints claim {path}")
        known = set(self._endpoints.values())
        self._dressing = {id(endpoint): endpoint for endpoint in known if isinstance(endpoint, Dressing)}

    def endpoint(self, path: str) -> Endpoint[Any] | None:
        """Return the endpoint of a path; doubled slashes count once."""
        return self._endpoints.get(path) or self._endpoints.get(_SLASHES.sub("/", path))

    async def __call__(
        self, endpoint: Endpoint[Any], scope: Scope, receive: Receive, send: Send, exchange: Exchange | None = None
    ) -> None:
        """Answer one ASGI request; one that breaks off half way is not carried out, however much of it there is."""
        asked = self._begin(endpoint, scope)
        structlog.contextvars.bind_contextvars(request_id=asked.name)  # a request has a task and a context of its own
        try:
            asked.body = None if exchange is None else exchange.body()
            response = await self._respond(endpoint, scope, receive, asked)
        except LostAnswerError:
            if exchange is None:
                raise
            exchange.hang_up()
            return
        except ConnectionError:
            return
        finally:
            if asked.span is not None:
                asked.span.end()
        if exchange is not None and exchange.answer(response.status, response.headers, response.body, asked.name):
            return
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
        headers.append((b"content-length", str(len(response.body)).encode("ascii")))
        headers.append((b"x-request-id", asked.name.encode("ascii")))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    def _begin(self, endpoint: Endpoint[Any], scope: Scope) -> Asked:
        name = request_id(scope)
        if self.traces is None:
            return Asked(name)
        facts = {"tolmach.dialect": endpoint.dialect, "http.request.method": scope["method"]}
        span = self.traces.request(name, endpoint.paths[0], _header(scope, b"traceparent"), facts)
        return Asked(name, span)

    async def _respond(self, endpoint: Endpoint[Any], scope: Scope, receive: Receive, asked: Asked) -> WireResponse:
        """Answer a request, whose body is read if it has to be; it is in work once that is there."""
        body, most = asked.body, self.limits.body
        if body is None:
            try:
                body = await self._arrivals.read(receive, _remote(scope))
            except RequestError as error:
                late = self._refuse(endpoint, asked, scope["path"], _remote(scope), error)
                return replace(late, headers={**late.headers, "connection": "close"})
        if body is None or len(body) > most:
            large = RequestError(Failure.TOO_LARGE, f"over {most} bytes")
            return self._refuse(endpoint, asked, scope["path"], _remote(scope), large)
        if self._inside >= self.limits.at_once:
            busy = RequestError(Failure.BUSY, "too many requests", retry_after=1)
            return self._refuse(endpoint, asked, scope["path"], _remote(scope), busy)
        request = _request(scope, body)
        self._inside += 1
        try:
            response = await self.answer(endpoint, request, asked)
        finally:
            self._inside -= 1
        dressing = self._dressing.get(id(endpoint))
        return response if dressing is None else dressing.dress(request, response)

    async def answer(self, endpoint: Endpoint[R], request: WireRequest, asked: Asked) -> WireResponse:
        """Answer one request."""
        call: Call[R] | None = None
        try:
            call = await self._parse(endpoint, request)
            result = await self._carry_out(endpoint, call, request.remote, asked)
            if len(request.body) <= LONG:
                return endpoint.render(call, result)
            async with self._long:
                return await asyncio.to_thread(endpoint.render, call, result)
        except RequestError as error:
            return self._refuse(endpoint, asked, request.path, request.remote, error, call)
        except LostAnswerError:
            raise
        except StoreUnavailableError as error:
            log.error("request cannot use the database", path=request.path, error=str(error))
            self._count(endpoint, asked, Failure.BUSY)
            return endpoint.refuse(RequestError(Failure.BUSY), call)
        except Exception:
            log.exception("request failed", path=request.path)
            self._count(endpoint, asked, Failure.INTERNAL)
            return endpoint.refuse(RequestError(Failure.INTERNAL), call)

    def _refuse(
        self,
        endpoint: Endpoint[Any],
        asked: Asked,
        path: str,
        remote: str,
        error: RequestError,
        call: Call[Any] | None = None,
    ) -> WireResponse:
        self._count(endpoint, asked, error.failure)
        who = {"account": asked.account} if asked.account else {}
        why = {"failure": error.failure.value, "detail": error.detail}
        log.info("request refused", path=path, remote=remote, **who, **why)
        response = endpoint.refuse(error, call)
        if not error.retry_after:
            return response
        return replace(response, headers={**response.headers, "retry-after": str(error.retry_after)})

    def _count(self, endpoint: Endpoint[Any], asked: Asked, failure: Failure) -> None:
        asked.refused(failure)
        self._execution.refused(endpoint.dialect, failure)

    async def _parse(self, endpoint: Endpoint[R], request: WireRequest) -> Call[R]:
        if len(request.body) <= LONG:
            call = endpoint.parse(request)
        else:
            async with self._long:
                call = await asyncio.to_thread(endpoint.parse, request)
        for note in request.notes:
            log.info(note, path=request.path, remote=request.remote)
        return call

    async def _carry_out(self, endpoint: Endpoint[R], call: Call[R], remote: str, asked: Asked) -> R:
        """Carry the command out for its caller."""
        if isinstance(call.credentials, Nobody):
            return tell(call.command)
        is_open = endpoint.open_to_blocked or call.open_to_blocked
        visitor = Visitor(call.credentials, remote, endpoint.dialect, is_open)
        if call.fault is None:
            return await self._execution.execute(visitor, call.command, asked)
        await self._execution.recognise(visitor, call.command, asked)
        raise call.fault


def request_id(scope: Scope) -> str:
    """Return what the caller calls its request (``X-Request-Id``), or a name for it if that is missing or not one."""
    given = _header(scope, b"x-request-id")
    return given if is_name(given) else _drawn()


def _header(scope: Scope, wanted: bytes) -> str:
    for name, value in scope.get("headers", ()):
        if name == wanted:
            return str(value, "latin-1")
    return ""


def _drawn() -> str:
    return f"{random.getrandbits(64):016x}"  # a name and no secret: the kernel's numbers take a call to it each


def _remote(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _request(scope: Scope, body: bytes) -> WireRequest:
    return WireRequest(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
        remote=_remote(scope),
    )
