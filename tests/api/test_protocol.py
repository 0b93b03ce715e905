"""The heads of requests as old clients send them, and what stands around their bodies; over a real connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tolmach.api import protocol
from tolmach.api.protocol import HEAD_LIMIT, Joined, mend_head
from tolmach.api.server import HttpServer
from tolmach.api.sockets import listen
from tolmach.core.limits import RequestLimits

HEADS = [
    ("nothing to drop", b"POST / HTTP/1.1\r\nHost: a\r\n\r\nbody", b"POST / HTTP/1.1\r\nHost: a\r\n\r\nbody"),
    (
        "one line",
        b"POST / HTTP/1.1\r\nA: b\r\ncharset=utf-8\r\nC: d\r\n\r\n",
        b"POST / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n",
    ),
    ("the first", b"POST / HTTP/1.1\r\njunk\r\nA: b\r\n\r\n", b"POST / HTTP/1.1\r\nA: b\r\n\r\n"),
    ("the last", b"POST / HTTP/1.1\r\nA: b\r\njunk\r\n\r\n", b"POST / HTTP/1.1\r\nA: b\r\n\r\n"),
    ("two in a row", b"POST / HTTP/1.1\r\nx\r\ny\r\nA: b\r\n\r\n", b"POST / HTTP/1.1\r\nA: b\r\n\r\n"),
    ("nothing else", b"POST / HTTP/1.1\r\njunk\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n"),
    ("no headers", b"POST / HTTP/1.1\r\n\r\nline\r\nline\r\n", b"POST / HTTP/1.1\r\n\r\nline\r\nline\r\n"),
    (
        "the body keeps its lines",
        b"POST / HTTP/1.1\r\nj\r\n\r\none\r\ntwo\r\n",
        b"POST / HTTP/1.1\r\n\r\none\r\ntwo\r\n",
    ),
    (
        "an upgrade",
        b"GET / HTTP/1.1\r\nUPGRADE : h2c\r\nA: upgrade: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: upgrade: x\r\n\r\n",
    ),
    ("an upgrade in the body", b"GET / HTTP/1.1\r\n\r\nupgrade: x\r\n", b"GET / HTTP/1.1\r\n\r\nupgrade: x\r\n"),
    ("half a head", b"POST / HTTP/1.1\r\njunk\r\n", b"POST / HTTP/1.1\r\njunk\r\n"),
    ("nothing", b"", b""),
]
REQUEST = b"POST /x HTTP/1.1\r\nHost: a\r\ncharset=utf-8\r\nContent-Length: 4\r\n\r\nbody"


@pytest.mark.parametrize(("head", "kept"), [each[1:] for each in HEADS], ids=[each[0] for each in HEADS])
def test_heads_are_mended(head: bytes, kept: bytes) -> None:
    assert mend_head(head) == kept


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the path and the body."""
    body = b""
    message = await receive()
    body += message["body"]
    while message["more_body"]:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
    content = scope["path"].encode() + b"=" + body + b";"
    headers = [(b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


@asynccontextmanager
async def connection(
    app: ASGIApp = echo, limits: RequestLimits | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of its own, which echoes unless told otherwise."""
    listener = listen("127.0.0.1", 0)
    server = HttpServer(app, listener, limits=limits)
    serving = asyncio.create_task(server.run_until_stopped())
    await server.listening.wait()
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        server.stop()
        await serving
        listener.close()


async def answered(reader: asyncio.StreamReader) -> bytes:
    """Return the content of the next answer."""
    return (await reader.readuntil(b";")).rpartition(b"\r\n\r\n")[2]


async def piecewise(writer: asyncio.StreamWriter, request: bytes, size: int) -> None:
    """Send in pieces that the server sees one by one."""
    for start in range(0, len(request), size):
        writer.write(request[start : start + size])
        await writer.drain()
        await asyncio.sleep(0)


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
async def test_a_head_may_come_in_pieces(size: int) -> None:
    async with connection() as (reader, writer):
        for _ in range(2):
            await piecewise(writer, REQUEST, size)
            assert await answered(reader) == b"/x=body;"


@pytest.mark.parametrize("surplus", [b"\r\n", b"\n", b"\r\n\r\n"])
async def test_line_breaks_after_a_body_do_not_hurt_the_next_request(surplus: bytes) -> None:
    async with connection() as (reader, writer):
        writer.write(REQUEST)
        assert await answered(reader) == b"/x=body;"
        writer.write(surplus + REQUEST)
        assert await answered(reader) == b"/x=body;"
        writer.write(REQUEST + surplus)
        assert await answered(reader) == b"/x=body;"
        writer.write(REQUEST)
        assert await answered(reader) == b"/x=body;"


@pytest.mark.parametrize("surplus", [b"</request>\r\n", b"lost>", b"POST</text>", b"\x00\x01"])
async def test_what_stands_after_a_body_is_no_second_request(surplus: bytes) -> None:
    async with connection() as (reader, writer):
        writer.write(REQUEST + surplus)
        assert await answered(reader) == b"/x=body;"
        assert await reader.read() == b""  # closed, and nothing more said


async def test_surplus_that_comes_late_closes_the_connection() -> None:
    async with connection() as (reader, writer):
        writer.write(REQUEST)
        assert await answered(reader) == b"/x=body;"
        writer.write(b"late</request>")
        assert await reader.read() == b""


async def test_two_requests_at_once_are_two() -> None:
    async with connection() as (reader, writer):
        writer.write(REQUEST.replace(b"charset=utf-8\r\n", b"") * 2)
        assert [await answered(reader), await answered(reader)] == [b"/x=body;"] * 2


async def test_a_first_line_that_is_none_is_refused() -> None:
    async with connection() as (reader, writer):
        writer.write(b"<?xml version='1.0'?><request/>")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")


async def test_a_long_head_is_read_as_it_comes() -> None:
    async with connection() as (reader, writer):
        filler = b"X-Filler: " + b"x" * HEAD_LIMIT + b"\r\n"
        await piecewise(writer, b"POST /x HTTP/1.1\r\n" + filler + b"Content-Length: 4\r\n\r\nbody", 10_000)
        assert await answered(reader) == b"/x=body;"


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the end of the connection; what was not read of ours may cost it."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


async def test_a_head_without_an_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LONGEST_HEAD", 2 * HEAD_LIMIT)
    async with connection() as (reader, writer):
        with suppress(ConnectionError):
            await piecewise(writer, b"POST /x HTTP/1.1\r\nX-Filler: " + b"x" * 40 * HEAD_LIMIT, 10_000)
        assert (await rest(reader))[:13] in (b"HTTP/1.1 400 ", b"")


async def test_what_stands_behind_a_body_without_an_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LONGEST_HEAD", 2 * HEAD_LIMIT)
    chunks = b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Trailer: "
    async with connection() as (reader, writer):
        with suppress(ConnectionError):
            await piecewise(writer, chunks + b"x" * 40 * HEAD_LIMIT, 10_000)
        assert await rest(reader) == b""


@pytest.mark.parametrize("begun", [b"", b"POST /x HTTP/1.1\r\nX-F", b"POST /x HTTP/1.1\r\nX: " + b"x" * HEAD_LIMIT])
async def test_the_head_of_a_first_request_comes_in_time(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.01)
    async with connection() as (reader, writer):
        writer.write(begun)
        assert await rest(reader) == b""


async def test_a_request_whose_head_is_there_has_the_time_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.02)

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.1)
        await echo(scope, receive, send)

    async with connection(slow) as (reader, writer):
        writer.write(b"POST /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody")
        assert await answered(reader) == b"/x=body;"


async def hasty(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer without a look at the body."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": b";"})


@pytest.mark.parametrize("app", [echo, hasty])
async def test_a_body_that_trickles_ends_its_connection(monkeypatch: pytest.MonkeyPatch, app: ASGIApp) -> None:
    monkeypatch.setattr(protocol, "ANSWER_SECONDS", 0.05)
    async with connection(app, RequestLimits(body_seconds=0.01)) as (reader, writer):
        writer.write(b"POST /x HTTP/1.1\r\nContent-Length: 40000\r\n\r\n")
        reading = asyncio.create_task(rest(reader))
        async with asyncio.timeout(10):
            while not reading.done():
                with suppress(ConnectionError):
                    writer.write(b"x")
                    await writer.drain()
                await asyncio.sleep(0.005)
        assert (await reading)[-1:] in (b";", b"")


async def test_a_large_body_has_the_time_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes as fast as a body of the largest size has to may go on."""
    monkeypatch.setattr(protocol, "ANSWER_SECONDS", 0.1)
    async with connection(echo, RequestLimits(body=1, body_seconds=0.01)) as (reader, writer):
        writer.write(b"POST /x HTTP/1.1\r\nContent-Length: 40\r\n\r\n")
        for _ in range(40):
            writer.write(b"x")
            await asyncio.sleep(0.01)
        assert await answered(reader) == b"/x=" + b"x" * 40 + b";"


class Written(asyncio.Transport):
    """Keeps every call to the kernel."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.calls.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


async def test_head_and_body_leave_together() -> None:
    written = Written()
    answer = Joined(written)
    answer.write(b"head ")
    answer.write(b"body")
    await asyncio.sleep(0)
    answer.write(b"more")
    assert written.calls == [b"head body", b"more"]


async def test_a_head_does_not_wait_for_a_late_body() -> None:
    written = Written()
    answer = Joined(written)
    answer.write(b"head")
    await asyncio.sleep(0)
    assert written.calls == [b"head"]
    answer.write(b"body")
    answer.close()
    assert (written.calls, answer.is_closing()) == ([b"head", b"body"], True)


async def test_a_head_without_a_body_leaves_before_the_end() -> None:
    written = Written()
    answer = Joined(written)
    answer.write(b"head")
    answer.close()
    await asyncio.sleep(0)
    assert written.calls == [b"head"]
