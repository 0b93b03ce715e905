"""What a front asks of the process behind it: commands, and pages."""

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

import structlog
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from tolmach.api.asked import Asked
from tolmach.api.execution import Visitor, accepted
from tolmach.core.commands import Command
from tolmach.core.errors import Failure, LostAnswerError, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.results import SendResult
from tolmach.fronts.line import Line, introduce
from tolmach.fronts.parcels import (
    Answer,
    Ask,
    Counted,
    End,
    Failed,
    Got,
    Hello,
    Left,
    Open,
    Parcel,
    Said,
    Say,
    Unknown,
    Want,
)

log = structlog.get_logger()

R = TypeVar("R")
_Event = Want | Say | End | None
"""What comes for a page; None: the line is lost."""

PATIENCE_SECONDS: Final = 5.0  # that a request waits for a line; a process that has died is there again by then
AGAIN_SECONDS: Final = 0.2
AWAY: Final = PlainTextResponse("The gateway is starting. Try again in a moment.\n", 503, {"retry-after": "2"})
_SCOPE: Final = (
    "type",
    "asgi",
    "http_version",
    "server",
    "client",
    "scheme",
    "root_path",
    "method",
    "path",
    "raw_path",
    "query_string",
    "headers",
)


class Front:
    """A line to the process behind, and what is asked over it. An ASGI callable for pages."""

    def __init__(self, introductions: socket.socket) -> None:
        self._introductions = introductions
        self._numbers = itertools.count(1)
        self._line: Line | None = None
        self._there = asyncio.Event()
        self._gone = asyncio.Event()
        self._greeted = False  # whether the other end has said anything over this line
        self._asked: dict[int, asyncio.Future[Answer | Failed | Unknown]] = {}
        self._pages: dict[int, asyncio.Queue[_Event]] = {}

    async def run(self) -> None:
        """Hold a line, and get a new one when it is lost; until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._gone.clear()
            self._greeted = False
            try:
                mine = introduce(self._introductions)
            except OSError as error:  # as many wait there as there is room for
                log.debug("no line yet", error=error.strerror)
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            _, line = await loop.create_unix_connection(self._new_line, sock=mine)
            try:
                await self._gone.wait()
            finally:
                line.close()
            if not self._greeted:  # the process behind could not take the line
                await asyncio.sleep(AGAIN_SECONDS)

    async def there(self) -> None:
        """Wait until there is a line."""
        await self._there.wait()

    async def execute(self, visitor: Visitor, command: Command[R], asked: Asked) -> R:
        """Have a command carried out; RequestError, and LostAnswerError when nobody knows whether it was."""
        result: R = await self._ask(visitor, command, asked, recognise=False)
        return result

    async def recognise(self, visitor: Visitor, command: Command[Any], asked: Asked) -> None:
        """Have a caller recognised; RequestError."""
        await self._ask(visitor, command, asked, recognise=True)

    def refused(self, dialect: str, failure: Failure) -> None:
        """Have a refusal counted; nobody counts while the process behind is away."""
        if self._line is not None:
            self._line.say(Counted(dialect, failure))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a page made."""
        if scope["type"] != "http":
            return
        try:
            line = await self._get_line()
        except RequestError:
            await AWAY(scope, receive, send)
            return
        stream, events = next(self._numbers), asyncio.Queue[_Event]()
        self._pages[stream] = events
        line.say(Open(stream, {name: scope[name] for name in _SCOPE if name in scope}))
        try:
            await _page(line, stream, events, receive, send)
        except BaseException:
            line.say(Left(stream))
            raise
        finally:
            del self._pages[stream]

    async def _ask(self, visitor: Visitor, command: Command[Any], asked: Asked, *, recognise: bool) -> Any:
        line, number = await self._get_line(), next(self._numbers)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        line.say(Ask(number, visitor, command, asked.name, asked.kept, recognise))
        try:
            came = await answer
        finally:
            self._asked.pop(number, None)
        if isinstance(came, Unknown):
            raise LostAnswerError("nobody knows whether it was carried out")
        if came.account:
            asked.entered(came.account)
        if isinstance(came, Failed):
            raise came.error
        if asked.span is not None and isinstance(came.result, SendResult):
            asked.took(accepted(came.result))
        return came.result

    async def _get_line(self) -> Line:
        """Return the line; RequestError BUSY when there is none."""
        if self._line is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._there.wait(), PATIENCE_SECONDS)
        if self._line is None:
            raise RequestError(Failure.BUSY, "the process that works is not there", retry_after=2)
        return self._line

    def _new_line(self) -> Line:
        return Line(self._heard, self._lost, self._unsaid)

    def _heard(self, line: Line, parcel: Parcel) -> None:
        match parcel:
            case Answer() | Failed() | Unknown():
                waiting = self._asked.get(parcel.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(parcel)
            case Want() | Say() | End():
                page = self._pages.get(parcel.stream)
                if page is not None:
                    page.put_nowait(parcel)
            case Hello():
                self._line = line
                self._greeted = True
                self._there.set()
            case _:
                raise ValueError(f"a front hears no {type(parcel).__name__}")

    def _lost(self, _line: Line) -> None:
        self._line = None
        self._there.clear()
        self._gone.set()
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(LostAnswerError("the process that works has died"))
        for page in self._pages.values():
            page.put_nowait(None)

    def _unsaid(self, line: Line, parcel: Parcel) -> None:
        """Hear what the other end would say of a mistake of its own."""
        match parcel:
            case Ask(number=number):
                self._heard(line, Failed(number, AccountId(0), RequestError(Failure.INTERNAL)))
            case Open(stream=stream) | Got(stream=stream) | Said(stream=stream):
                self._heard(line, End(stream, failed=True))
            case _:
                pass


async def _page(line: Line, stream: int, events: "asyncio.Queue[_Event]", receive: Receive, send: Send) -> None:
    """Pass on what a page reads and writes until it ends; LostAnswerError when it breaks off."""
    reading, complete = list[asyncio.Task[None]](), False
    try:
        while True:
            match await events.get():
                case Want():
                    reading.append(asyncio.create_task(_read(line, stream, receive)))
                case Say(message=message):
                    await send(message)
                    complete = message["type"] == "http.response.body" and not message.get("more_body", False)
                    line.say(Said(stream))
                case End(failed=failed) if complete or not failed:
                    return
                case _:
                    raise LostAnswerError("a page breaks off")
    finally:
        for task in reading:
            task.cancel()


async def _read(line: Line, stream: int, receive: Callable[[], Awaitable[Message]]) -> None:
    line.say(Got(stream, dict(await receive())))
