"""Answers at once are, octet for octet, those that go by ASGI."""

import asyncio
import gc
import re

import pytest
from starlette.types import Receive, Scope, Send

from tests.api.test_protocol import connection, piecewise
from tolmach.api.exchange import Exchange, exchange_of

TYPE = "text/xml; charset=utf-8"
LENGTH = b"Content-Length: 4\r\n\r\nbody"
REQUESTS = {
    "kept open": b"POST /x HTTP/1.1\r\n" + LENGTH,
    "closed": b"POST /x HTTP/1.1\r\nConnection: close\r\n" + LENGTH,
    "1.0": b"POST /x HTTP/1.0\r\n" + LENGTH,
    "no body": b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n",
    "head": b"HEAD /x HTTP/1.1\r\nConnection: close\r\n\r\n",
    "chunked": b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    "three at once": 3 * (b"POST /x HTTP/1.1\r\n" + LENGTH),
    "with surplus": b"POST /x HTTP/1.1\r\n" + LENGTH + b"more",
    "closing answer": b"POST /close HTTP/1.1\r\n" + LENGTH,
}


class App:
    """Says what it was told, at once where ``direct``; counts how often that was possible."""

    def __init__(self, *, direct: bool) -> None:
        self.direct = direct
        self.taken = self.answered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        exchange = exchange_of(scope)
        assert exchange is not None
        body = exchange.body() if self.direct else None
        self.taken += body is not None
        if body is None:
            body = b""
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                body += message["body"]
                more = message["more_body"]
        await asyncio.sleep(0)
        headers = {"content-type": TYPE} | ({"connection": "close"} if scope["path"] == "/close" else {})
        content = b"<" + body + b">"
        if self.direct and exchange.answer(200, headers, content, "name"):
            self.answered += 1
            return
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        pairs += [(b"content-length", str(len(content)).encode()), (b"x-request-id", b"name")]
        await send({"type": "http.response.start", "status": 200, "headers": pairs})
        await send({"type": "http.response.body", "body": content})


async def said(app: App, request: bytes, size: int) -> list[bytes]:
    """Return everything that is answered until the connection ends, in lines, but for the date and the order."""
    async with connection(app) as (reader, writer):
        await piecewise(writer, request, size)
        if request.startswith(b"POST"):
            writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 10)
    return sorted(re.sub(rb"date: [^\r]*", b"date", answer).split(b"\r\n"))


@pytest.mark.parametrize("size", [5, 10_000])
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=list(REQUESTS))
async def test_both_ways_say_the_same(request_: bytes, size: int) -> None:
    direct = await said(App(direct=True), request_, size)
    assert direct == await said(App(direct=False), request_, size)
    assert direct.count(b"x-request-id: name") == max(1, request_.count(b"HTTP/1."))


async def test_what_has_come_whole_is_taken_and_answered_at_once() -> None:
    app = App(direct=True)
    async with connection(app) as (reader, writer):
        for number in (1, 2):
            writer.write(REQUESTS["kept open"])
            assert (await reader.readuntil(b">")).endswith(b"\r\n\r\n<body>")
            assert (app.taken, app.answered) == (number, number)
        writer.write(REQUESTS["kept open"][:-1])
        await asyncio.sleep(0.01)
        writer.write(b"y")
        assert (await reader.readuntil(b">")).endswith(b"<body>")
        assert (app.taken, app.answered) == (2, 3)
        writer.write(REQUESTS["head"])
        assert (await reader.read()).startswith(b"HTTP/1.1 200 OK\r\n")
        assert (app.taken, app.answered) == (3, 3)


async def test_a_header_that_would_be_two_is_refused() -> None:
    class Injecting(App):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            exchange = exchange_of(scope)
            assert exchange is not None
            exchange.answer(200, {"content-type": "a\r\nx: y"}, b"", "name")

    async with connection(Injecting(direct=True)) as (reader, writer):
        writer.write(REQUESTS["closed"])
        assert b"x: y" not in await reader.read()


async def test_nothing_is_left_to_the_garbage_collector() -> None:
    app = App(direct=True)
    async with connection(app) as (reader, writer):
        for _ in range(3):
            writer.write(REQUESTS["kept open"])
            await reader.readuntil(b">")
        await asyncio.sleep(0)
        gc.collect()
        before = sum(isinstance(each, Exchange) for each in gc.get_objects())
        gc.disable()
        try:
            for _ in range(5):
                writer.write(REQUESTS["kept open"])
                await reader.readuntil(b">")
            await asyncio.sleep(0)
            assert sum(isinstance(each, Exchange) for each in gc.get_objects()) <= before
        finally:
            gc.enable()
