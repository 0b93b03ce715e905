"""HTTP to others: bounded in time and size, no redirects, and never into our own network unless that is allowed.

Callbacks to URLs that customers gave, and requests to providers, go through here; see `tolmach.connectors.guard`.
"""

import asyncio
import os
from types import SimpleNamespace
from typing import Any, Self

import aiohttp

from tolmach import __version__
from tolmach.connectors.guard import ForbiddenError, Resolver, check_url
from tolmach.wire import WireRequest, WireResponse

ANSWER_LIMIT = 1024 * 1024
CONNECT_SECONDS = 5.0
KEPT_SECONDS = 10.0
USER_AGENT = f"Tolmach/{__version__}"


class UnreachableError(Exception):
    """The request did not get an answer; the text says why and holds no secret. ``sent``: it may have arrived."""

    def __init__(self, text: str, *, sent: bool) -> None:
        super().__init__(text)
        self.sent = sent


class HttpClient:
    """Sends `WireRequest` values whose ``path`` is a whole URL. Use as an async context manager.

    ``keep``: connections are kept for the next request; then one that its server closes just now may cost an answer.
    """

    def __init__(self, *, timeout: float, allow_private: bool, connections: int = 8, keep: bool = False) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(timeout, CONNECT_SECONDS) if keep else None)
        self._allow_private = allow_private
        self._connections = connections
        self._keep = keep
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        resolver = Resolver(allow_private=self._allow_private)
        connector = (
            aiohttp.TCPConnector(resolver=resolver, limit_per_host=self._connections, keepalive_timeout=KEPT_SECONDS)
            if self._keep
            else aiohttp.TCPConnector(resolver=resolver, limit_per_host=self._connections, force_close=True)
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"user-agent": USER_AGENT},
            trace_configs=[_watching()],
        )
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()

    async def send(self, request: WireRequest) -> WireResponse:
        """Return the answer, whatever its status; raises `UnreachableError` and nothing else."""
        assert self._session is not None, "not entered"
        try:
            check_url(request.path, allow_private=self._allow_private)
        except ForbiddenError as error:
            raise UnreachableError(str(error), sent=False) from None
        course = SimpleNamespace(sent=False)
        try:
            async with self._session.request(
                request.method,
                request.path,
                data=request.body,
                headers=request.headers,
                allow_redirects=False,
                trace_request_ctx=course,
            ) as response:
                body = await _read(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return WireResponse(response.status, headers, body)
        except TimeoutError:
            text = "no answer in time" if course.sent else "no connection in time"
            raise UnreachableError(text, sent=course.sent) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise UnreachableError(_describe(error), sent=course.sent) from None


class CallbackClient(HttpClient):
    """The client of callbacks: an idle connection that its server closes would cost one of the five attempts."""


def _watching() -> aiohttp.TraceConfig:
    """Have it noted of each request when it begins to be written: no error tells whether it was."""
    watching = aiohttp.TraceConfig()
    watching.on_request_headers_sent.append(_begun)
    return watching


async def _begun(_session: aiohttp.ClientSession, context: SimpleNamespace, _parameters: Any) -> None:
    context.trace_request_ctx.sent = True


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = await response.content.read(ANSWER_LIMIT)
    while len(body) < ANSWER_LIMIT and (more := await response.content.read(ANSWER_LIMIT - len(body))):
        body += more
    return body


def _describe(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno  # asyncio writes the address into the text, and leaves out why
        reason = os.strerror(number) if number and number > 0 else error.os_error.strerror or str(error.os_error)
        return f"cannot connect: {reason}"
    if isinstance(error, asyncio.IncompleteReadError):
        return "the answer broke off"
    return f"{type(error).__name__}: {error}"[:200]
