"""What a front answers is what the gateway answers without one."""

import asyncio
import io
import os
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from tests.clock import FakeClock
from tests.databases import Databases
from tests.docs.samples import SAMPLES, Sample
from tests.fronts.behind import fronted
from tests.gateway import DEADLINE, Inside, inside, until
from tolmach.api.asked import Asked
from tolmach.api.execution import Visitor
from tolmach.api.server import HttpServer
from tolmach.api.sockets import listen
from tolmach.core.accounts import Login
from tolmach.core.commands import Command, GetBalance
from tolmach.core.errors import Failure, LostAnswerError, RequestError, StoreUnavailableError
from tolmach.fronts import front as front_module
from tolmach.fronts.back import Back
from tolmach.fronts.front import Front
from tolmach.gateway.membership import introductions
from tolmach.store.place import Place

NOBODY = Visitor(Login("", ""), "", "prontosms", open_to_blocked=False)


def requests(sample: Sample) -> list[tuple[str, bytes, str]]:
    """Return a sample as requests of the demonstration's account: address, body, method."""
    found = []
    for document in sample.documents:
        if isinstance(document, Mapping):
            known = dict.fromkeys(("login", "user", "password", "passsword", "pwd"), "demo") | {"token": ""}
            found.append((f"{sample.path}?{urlencode({**document, **known})}", b"", "GET"))
        else:
            found.append((sample.path, document.replace("secret", "demo").encode(), "POST"))
    return found


async def test_nobody_can_tell_a_front_from_the_gateway(
    databases: Databases, demonstration: Place, tmp_path: Path
) -> None:
    for name in ("alone", "fronted"):
        (tmp_path / name).mkdir()
        databases.copy(demonstration, tmp_path / name)
    clock = FakeClock()
    async with (
        inside(tmp_path / "alone", clock=clock) as alone,
        inside(tmp_path / "fronted", clock=clock) as behind,
        fronted(behind.gateway.executor, behind.gateway.pages) as before,
    ):
        asked = [request for sample in SAMPLES for request in requests(sample)]
        assert len(asked) > 40
        for path, body, method in asked:
            direct = await alone.ask(path, body, method)
            other = await before.ask(path, body, method)
            assert (other.status, other.body) == (direct.status, direct.body), (path, body)


async def test_what_a_front_refuses_is_counted_behind_it(installation: Path) -> None:
    async with (
        inside(installation, clock=FakeClock()) as behind,
        fronted(behind.gateway.executor, behind.gateway.pages) as before,
    ):
        wrong = b'<request><security><login value="demo"/><password value="x"/></security></request>'
        for body in (b"<request>", b"<request>", wrong):
            await before.ask("/xml/balance.php", body)

        async def counted() -> bool:
            return dict(behind.gateway.links.tally.refused) == {
                ("prontosms", "malformed"): 2,
                ("prontosms", "unauthorised"): 1,
            }

        await until(counted)


class Executes:
    """Answers as it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.counted: list[tuple[str, Failure]] = []

    async def execute(self, visitor: Visitor, command: Command[Any], asked: Asked) -> Any:
        self.begun.set()
        if self.error is None:
            await self.go.wait()
            return lambda: None  # no value of ours
        raise self.error

    async def recognise(self, visitor: Visitor, command: Command[Any], asked: Asked) -> None:
        await self.execute(visitor, command, asked)

    def refused(self, dialect: str, failure: Failure) -> None:
        self.counted.append((dialect, failure))


async def read(request: Request) -> Response:
    host = "" if request.client is None else request.client.host
    return PlainTextResponse(f"{host} {len(await request.body())} {request.headers['x']} {request.url}")


async def stream(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(50):
            yield b"%06d" % number * 1000

    return StreamingResponse(pieces())


async def broken(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"begun"
        raise RuntimeError("half way")

    return StreamingResponse(pieces())


async def failing(_: Request) -> Response:
    raise RuntimeError("at once")


async def endless(request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"begun"
        try:
            await asyncio.Event().wait()
        finally:
            request.app.state.left.set()

    return StreamingResponse(pieces())


def pages() -> Starlette:
    made = Starlette(
        routes=[
            Route("/read", read, methods=["POST"]),
            Route("/stream", stream),
            Route("/broken", broken),
            Route("/failing", failing),
            Route("/endless", endless),
        ]
    )
    made.state.left = asyncio.Event()
    return made


async def test_pages_are_read_and_written_through_a_front() -> None:
    application = pages()
    async with asyncio.timeout(DEADLINE), fronted(Executes(), application) as before:
        bound = listen("127.0.0.1", 0)
        server = HttpServer(before.door, bound)
        serving = asyncio.create_task(server.run_until_stopped())
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with aiohttp.ClientSession(url) as http:
            large = io.BytesIO(b"x" * 3_000_000)
            async with http.post("/read?q=1", data=large, headers={"x": "y"}) as answer:
                assert await answer.text() == f"127.0.0.1 3000000 y {url}/read?q=1"
            async with http.get("/stream") as answer:
                assert await answer.read() == b"".join(b"%06d" % number * 1000 for number in range(50))
            async with http.get("/broken") as answer:
                with pytest.raises(aiohttp.ClientPayloadError):
                    await answer.read()
            async with http.get("/failing") as answer:
                assert answer.status == 500
            async with http.get("/endless") as answer:
                assert await answer.content.read(5) == b"begun"
            await application.state.left.wait()  # the page learns that its reader has gone
        server.stop()
        await serving
        bound.close()


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (RequestError(Failure.BLOCKED), Failure.BLOCKED),
        (StoreUnavailableError("disk full"), Failure.BUSY),
        (RuntimeError("a mistake"), Failure.INTERNAL),
    ],
)
async def test_errors_come_over_as_those_of_a_request(error: Exception, failure: Failure) -> None:
    async with fronted(Executes(error), pages()) as before:
        for ask in (before.front.execute, before.front.recognise):
            with pytest.raises(RequestError) as caught:
                await ask(NOBODY, GetBalance(), Asked("name"))
            assert caught.value.failure is failure


async def test_that_nobody_knows_comes_over_while_the_line_goes_on() -> None:
    async with asyncio.timeout(DEADLINE), fronted(Executes(LostAnswerError("lost")), pages()) as before:
        for ask in (before.front.execute, before.front.recognise):
            with pytest.raises(LostAnswerError):
                await ask(NOBODY, GetBalance(), Asked("name"))


async def test_what_cannot_be_said_is_an_internal_error() -> None:
    executes = Executes()
    executes.go.set()
    async with fronted(executes, pages()) as before:
        with pytest.raises(RequestError) as caught:
            await before.front.execute(NOBODY, GetBalance(), Asked("name"))
        assert caught.value.failure is Failure.INTERNAL


async def test_a_lost_line_is_no_answer_and_who_comes_later_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    executes = Executes()
    async with asyncio.timeout(DEADLINE), fronted(executes, pages()) as before:
        asking = asyncio.create_task(before.front.execute(NOBODY, GetBalance(), Asked("name")))
        await executes.begun.wait()
        for line in list(before.back._lines):
            line.close()  # as when the process behind dies
        with pytest.raises(LostAnswerError):
            await asking
        monkeypatch.setattr(front_module, "PATIENCE_SECONDS", 0.0)
        before.back._stopping = True
        asyncio.get_running_loop().remove_reader(before.back._introductions)
        for line in list(before.back._lines):
            line.close()
        await asyncio.sleep(0)
        with pytest.raises(RequestError) as caught:
            await before.front.execute(NOBODY, GetBalance(), Asked("name"))
        assert (caught.value.failure, caught.value.retry_after) == (Failure.BUSY, 2)
        assert (await before.ask("/read")).status == 503


async def test_a_new_line_takes_the_place_of_a_lost_one(indoors: Inside) -> None:
    async with asyncio.timeout(DEADLINE), fronted(indoors.gateway.executor, indoors.gateway.pages) as before:
        for _ in range(3):
            for line in list(before.back._lines):
                line.close()
            await asyncio.sleep(0.01)
            assert (await before.ask("/health/live", method="GET")).status == 200


def asking_for(path: str) -> Scope:
    """Return the ASGI scope of a request for a page."""
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }


async def silent() -> Message:
    """Wait for a client that says nothing."""
    await asyncio.Event().wait()
    return {}


async def nothing_left(back: Back) -> None:
    """Wait until the process behind has no page in work."""

    async def idle() -> bool:
        return not any(back._lines.values()) and not back._working

    await until(idle)


async def test_a_page_that_the_server_cannot_write_ends_behind_too() -> None:
    async def send(_message: Message) -> None:
        raise RuntimeError("an invalid header")

    async with asyncio.timeout(DEADLINE), fronted(Executes(), pages()) as before:
        for _ in range(3):
            with pytest.raises(RuntimeError, match="an invalid header"):
                await before.front(asking_for("/stream"), silent, send)
        await nothing_left(before.back)


async def test_a_page_that_is_given_up_ends_behind_too() -> None:
    begun = asyncio.Event()

    async def send(_message: Message) -> None:
        begun.set()

    async with asyncio.timeout(DEADLINE), fronted(Executes(), pages()) as before:
        page = asyncio.create_task(before.front(asking_for("/endless"), silent, send))
        await begun.wait()
        page.cancel()
        await nothing_left(before.back)


async def test_a_page_that_says_what_cannot_be_said_breaks_off() -> None:
    async def wrong(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [], "ours": lambda: None})

    async def send(_message: Message) -> None:
        """Write nothing."""

    async with asyncio.timeout(DEADLINE), fronted(Executes(), wrong) as before:
        with pytest.raises(LostAnswerError):
            await before.front(asking_for("/"), silent, send)
        await nothing_left(before.back)


async def test_a_line_that_is_not_taken_is_introduced_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_module, "AGAIN_SECONDS", 3600)
    between, refused = introductions(), 0
    between.hears.setblocking(False)
    ended = asyncio.Event()

    def refuse() -> None:
        nonlocal refused
        _, descriptors, _, _ = socket.recv_fds(between.hears, 16, 1)
        for descriptor in descriptors:
            os.close(descriptor)
        refused += 1
        ended.set()

    asyncio.get_running_loop().add_reader(between.hears, refuse)
    holding = asyncio.create_task(Front(between.asks).run())
    await ended.wait()
    for _ in range(100):
        await asyncio.sleep(0.001)
    assert refused == 1
    holding.cancel()
    asyncio.get_running_loop().remove_reader(between.hears)
    for one in between:
        one.close()
