"""The process behind fronts: carries out what they ask, and makes their pages."""

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message

from tolmach.api.asked import Asked
from tolmach.api.execution import Execution
from tolmach.core.errors import Failure, LostAnswerError, RequestError, StoreUnavailableError
from tolmach.core.ids import AccountId
from tolmach.fronts.line import Line, introduced
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

DRAIN_SECONDS: Final = 10.0  # as long as the server of HTTP has
GONE: Final = {"type": "http.disconnect"}


class Back:
    """Answers every line that is introduced to it."""

    def __init__(self, introductions: socket.socket, execution: Execution, pages: ASGIApp) -> None:
        self._introductions = introductions
        self._execution = execution
        self._application = pages
        self._lines: dict[Line, dict[int, _Page]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._stopping = False

    def start(self) -> None:
        """Answer from now on."""
        self._introductions.setblocking(False)
        asyncio.get_running_loop().add_reader(self._introductions, self._meet)
        self._meet()

    async def stop(self) -> None:
        """Take nothing more and end what is in work; pages that do not end are left."""
        self._stopping = True
        asyncio.get_running_loop().remove_reader(self._introductions)
        if self._working:
            _, left = await asyncio.wait(self._working, timeout=DRAIN_SECONDS)
            for task in left:
                task.cancel()
        for line in list(self._lines):
            line.close()

    def _meet(self) -> None:
        while (other := introduced(self._introductions)) is not None:
            self._work(self._connect(other))

    async def _connect(self, other: socket.socket) -> None:
        _, line = await asyncio.get_running_loop().connect_accepted_socket(self._new_line, other)
        self._lines[line] = {}
        line.say(Hello())

    def _new_line(self) -> Line:
        return Line(self._heard, self._lost, self._unsaid)

    def _work(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(what)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def _heard(self, line: Line, parcel: Parcel) -> None:
        match parcel:
            case Ask():
                if self._stopping:
                    line.say(Failed(parcel.number, AccountId(0), RequestError(Failure.BUSY, "shutting down")))
                else:
                    self._work(self._carry_out(line, parcel))
            case Counted():
                self._execution.refused(parcel.dialect, parcel.failure)
            case Open():
                if self._stopping:
                    line.say(End(parcel.stream, failed=True))
                else:
                    page = self._lines[line][parcel.stream] = _Page(line, parcel.stream)
                    self._work(self._make(page, parcel.scope))
            case Got() | Said() | Left():
                waiting = self._lines[line].get(parcel.stream)
                if waiting is not None:
                    waiting.heard(parcel)
            case _:
                raise ValueError(f"the process behind hears no {type(parcel).__name__}")

    def _lost(self, line: Line) -> None:
        """A front has gone: its commands are carried out all the same, as those of a client that has gone are."""
        for page in self._lines.pop(line, {}).values():
            page.leave()

    def _unsaid(self, line: Line, parcel: Parcel) -> None:
        match parcel:
            case Answer():
                line.say(Failed(parcel.number, parcel.account, RequestError(Failure.INTERNAL)))
            case Say() if (page := self._lines.get(line, {}).get(parcel.stream)) is not None:
                line.say(End(parcel.stream, failed=True))
                page.leave()
            case _:
                pass

    async def _carry_out(self, line: Line, ask: Ask) -> None:
        structlog.contextvars.bind_contextvars(request_id=ask.name)
        line.say(await self._answer(ask, _Told(ask.name, ask.kept)))

    async def _answer(self, ask: Ask, asked: "_Told") -> Parcel:
        try:
            if ask.recognise:
                await self._execution.recognise(ask.visitor, ask.command, asked)
                return Answer(ask.number, asked.account, None)
            result = await self._execution.execute(ask.visitor, ask.command, asked)
        except RequestError as error:
            return Failed(ask.number, asked.account, error)
        except StoreUnavailableError as error:
            log.error("request cannot use the database", error=str(error))
            return Failed(ask.number, asked.account, RequestError(Failure.BUSY))
        except LostAnswerError:
            return Unknown(ask.number)
        except Exception:
            log.exception("request failed", command=type(ask.command).__name__)
            return Failed(ask.number, asked.account, RequestError(Failure.INTERNAL))
        return Answer(ask.number, asked.account, result)

    async def _make(self, page: "_Page", scope: dict[str, Any]) -> None:
        failed = False
        try:
            await self._application(scope, page.receive, page.send)
        except Exception:
            log.exception("page failed", path=scope["path"])
            failed = True
        finally:
            self._lines.get(page.line, {}).pop(page.stream, None)
        page.line.say(End(page.stream, failed))


class _Told(Asked):
    """A request that a front has. Its span, if it has one, is the front's."""

    __slots__ = ()

    def __init__(self, name: str, kept: str) -> None:
        super().__init__(name)
        self.kept = kept


class _Page:
    """The request and the answer of a page, as ASGI has them."""

    def __init__(self, line: Line, stream: int) -> None:
        self.line = line
        self.stream = stream
        self._come = asyncio.Queue[Message]()
        self._wanted = False
        self._written = asyncio.Event()
        self._left = False

    async def receive(self) -> Message:
        """Return the next message of the request."""
        if self._left:
            return dict(GONE)
        if not self._wanted:
            self._wanted = True
            self.line.say(Want(self.stream))
        message = await self._come.get()
        self._wanted = False
        return message

    async def send(self, message: Message) -> None:
        """Return when the front has written a message; to one that has gone nothing is written."""
        if self._left:
            return
        self._written.clear()
        self.line.say(Say(self.stream, dict(message)))
        await self._written.wait()

    def heard(self, parcel: Got | Said | Left) -> None:
        """The front has read or written something, or given the page up."""
        match parcel:
            case Got():
                self._come.put_nowait(parcel.message)
            case Said():
                self._written.set()
            case Left():
                self.leave()

    def leave(self) -> None:
        """The front has gone."""
        self._left = True
        self._come.put_nowait(dict(GONE))
        self._written.set()
