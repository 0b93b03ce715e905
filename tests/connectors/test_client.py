"""Where callbacks may go, and what comes back from there."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.connectors.carrier import silent_host
from tests.receiver import Receiver, receiving
from tolmach import __version__
from tolmach.connectors.client import ANSWER_LIMIT, CallbackClient, HttpClient, UnreachableError
from tolmach.wire import WireRequest

PRIVATE = [
    "127.0.0.1", "127.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001", "0177.0.0.1",
    "0", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "2852039166", "0xa9fea9fe", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fe80::1%25eth0]",
    "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[2002:7f00:1::]", "[2002:0a00:0001::]", "[64:ff9b:1::1]",
    "[64:ff9b::7f00:1]", "[::7f00:1]",
    "[::ffff:169.254.169.254]", "[2001:db8::1]",
]  # fmt: skip
NO_URLS = ["", "/path", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "http:///path",
           "http://[", "http://[::1", "javascript:alert(1)", "gopher://127.0.0.1:25/", "http://example.org:99999/",
           "http://exa mple/", "http://\x00/", "http://\udcff/", "http://" + "a" * 300 + ".org/", "//example.org/",
           "http://.../"]  # fmt: skip


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as server:
        yield server


@pytest.fixture
async def guarded() -> AsyncIterator[CallbackClient]:
    async with CallbackClient(timeout=5, allow_private=False) as client:
        yield client


@pytest.fixture
async def trusting() -> AsyncIterator[CallbackClient]:
    async with CallbackClient(timeout=5, allow_private=True) as client:
        yield client


def post(url: str) -> WireRequest:
    return WireRequest("POST", url, headers={"content-type": "text/xml"}, body=b"<request/>")


@pytest.mark.parametrize("host", PRIVATE)
async def test_addresses_that_are_not_public(guarded: CallbackClient, receiver: Receiver, host: str) -> None:
    port = receiver.url.rpartition(":")[2]
    for scheme in ("http", "https"):
        with pytest.raises(UnreachableError, match="not public"):
            await guarded.send(post(f"{scheme}://{host}:{port}"))
        with pytest.raises(UnreachableError, match="not public"):
            await guarded.send(post(f"{scheme}://user:password@{host}:{port}"))
    assert receiver.bodies == []


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost."])
async def test_names_that_point_inside(guarded: CallbackClient, receiver: Receiver, host: str) -> None:
    with pytest.raises(UnreachableError, match=r"public|connect"):
        await guarded.send(post(receiver.url.replace("127.0.0.1", host)))
    assert receiver.bodies == []


async def test_a_name_that_points_outside_and_then_inside(
    guarded: CallbackClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the address of the connection that is checked, whatever was answered before, and all of them."""
    asked = 0

    def resolve(host: str, port: int, *_: object) -> list[tuple[object, ...]]:
        nonlocal asked
        asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.1", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for _ in range(2):
        with pytest.raises(UnreachableError):
            await guarded.send(post(receiver.url.replace("127.0.0.1", "rebinding.example")))
    assert asked == 2
    assert receiver.bodies == []


@pytest.mark.parametrize("url", NO_URLS)
async def test_what_is_no_url(guarded: CallbackClient, trusting: CallbackClient, url: str) -> None:
    for client in (guarded, trusting):
        with pytest.raises(UnreachableError):
            await client.send(post(url))


async def test_a_private_network_may_be_allowed(trusting: CallbackClient, receiver: Receiver) -> None:
    for host in ("127.0.0.1", "localhost"):
        response = await trusting.send(post(receiver.url.replace("127.0.0.1", host)))
        assert response.status == 200
    assert receiver.bodies == ["<request/>"] * 2


async def test_redirects_are_not_followed(trusting: CallbackClient, receiver: Receiver) -> None:
    async with receiving() as elsewhere:

        async def move(_: str) -> web.StreamResponse:
            return web.Response(status=307, headers={"location": elsewhere.url}, text="moved")

        receiver.answer = move
        response = await trusting.send(post(receiver.url))
        assert (response.status, response.headers["location"]) == (307, elsewhere.url)
        assert elsewhere.bodies == []


@pytest.mark.parametrize("declared", [True, False])
async def test_a_huge_answer_is_cut(trusting: CallbackClient, receiver: Receiver, declared: bool) -> None:
    async def huge(_: str) -> web.StreamResponse:
        return web.Response(body=b"x" * (3 * ANSWER_LIMIT), headers={} if declared else {"x-y": "z"})

    receiver.answer = huge
    for _ in range(2):  # and the connection is not left half read
        assert (await trusting.send(post(receiver.url))).body == b"x" * ANSWER_LIMIT


async def test_a_small_bomb_is_cut_too(trusting: CallbackClient, receiver: Receiver) -> None:
    import zlib

    async def bomb(_: str) -> web.StreamResponse:
        squeezed = zlib.compress(b"\0" * (64 * ANSWER_LIMIT))
        return web.Response(body=squeezed, headers={"content-encoding": "deflate"})

    receiver.answer = bomb
    assert len((await trusting.send(post(receiver.url))).body) <= ANSWER_LIMIT


async def test_an_answer_that_never_comes(receiver: Receiver) -> None:
    async def never(_: str) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    receiver.answer = never
    async with CallbackClient(timeout=0.5, allow_private=True) as client:
        with pytest.raises(UnreachableError, match="no answer in time") as told:
            await client.send(post(receiver.url))
    assert told.value.sent


@pytest.mark.parametrize("keep", [True, False])
async def test_a_host_that_says_nothing_was_sent_nothing(keep: bool) -> None:
    with silent_host() as port:
        async with HttpClient(timeout=0.1, allow_private=True, keep=keep) as client:
            with pytest.raises(UnreachableError, match="no connection in time") as told:
                await client.send(post(f"http://127.0.0.1:{port}/"))
    assert not told.value.sent


async def test_it_says_who_it_is(trusting: CallbackClient, receiver: Receiver) -> None:
    await trusting.send(post(receiver.url))
    named = WireRequest("POST", receiver.url, headers={"user-agent": "another"}, body=b"<request/>")
    await trusting.send(named)
    assert [headers["user-agent"] for headers in receiver.headers] == [f"Tolmach/{__version__}", "another"]


WIRE = {
    "nothing": b"",
    "no http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "a bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a bad compression": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    "a long head": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("reply", WIRE.values(), ids=WIRE)
async def test_servers_that_speak_no_http(trusting: CallbackClient, reply: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"<request/>")
        writer.write(reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(UnreachableError):
        await trusting.send(post(f"http://127.0.0.1:{port}/"))
    server.close()
    await server.wait_closed()


async def test_a_port_where_nobody_listens(trusting: CallbackClient) -> None:
    with pytest.raises(UnreachableError, match=r"^cannot connect: "):
        await trusting.send(post("http://127.0.0.1:9/"))


async def test_the_reason_holds_no_password(trusting: CallbackClient, guarded: CallbackClient) -> None:
    for client in (trusting, guarded):
        for url in ("http://user:secret@127.0.0.1:9/?key=secret", "http://user:secret@nowhere.invalid/secret"):
            with pytest.raises(UnreachableError) as told:
                await client.send(post(url))
            assert "secret" not in str(told.value)


async def test_the_request_is_sent_as_it_was_written(trusting: CallbackClient, receiver: Receiver) -> None:
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"<request/>")).decode())
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\nX-Name: Value\r\nSet-Cookie: a=b\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for _ in range(2):
        response = await trusting.send(post(f"http://127.0.0.1:{port}/a/b?c=d"))
        assert (response.status, response.headers["x-name"], response.body) == (204, "Value", b"")
    assert all(text.startswith("POST /a/b?c=d HTTP/1.1\r\n") for text in seen)
    assert all("content-type: text/xml\r\n" in text.lower() for text in seen)
    assert not any("cookie" in text.lower() for text in seen)
    server.close()
    await server.wait_closed()
