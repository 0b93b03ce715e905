import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.gateway import until
from tolmach.api.server import HttpServer
from tolmach.api.sockets import PortTakenError, listen


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[tuple[HttpServer, tuple[str, int], asyncio.Task[None]]]:
    """A server, its address, and the task that it runs in; stopped at the end."""
    listener = listen("127.0.0.1", 0)
    server = HttpServer(app, listener)
    running = asyncio.create_task(server.run_until_stopped())
    await server.listening.wait()
    try:
        yield server, listener.getsockname(), running
    finally:
        server.stop()
        await running
        listener.close()


async def opened(address: tuple[str, int]) -> bool:
    """Tell whether the address takes connections."""
    try:
        _, writer = await asyncio.open_connection(*address)
    except ConnectionError:
        return False
    writer.close()
    return True


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_free_port(host: str) -> None:
    listener = listen(host, 0)
    try:
        assert listener.getsockname()[1] > 0
        with pytest.raises(PortTakenError, match=f"cannot listen on {host}:[0-9]+: "):
            listen(host, listener.getsockname()[1])
    finally:
        listener.close()


@pytest.mark.parametrize("host", ["203.0.113.1", "nowhere.invalid"])
def test_an_address_that_is_not_ours(host: str) -> None:
    with pytest.raises(PortTakenError, match=f"cannot listen on {host}:0: "):
        listen(host, 0)


async def test_a_stop_waits_for_the_answer_under_way() -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        arrived.set()
        await go_on.wait()
        await PlainTextResponse("done")(scope, receive, send)

    async with serving(slow) as (server, address, running):
        reader, writer = await asyncio.open_connection(*address)
        try:
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await arrived.wait()
            server.stop()

            async def closed() -> bool:
                return not await opened(address)

            await until(closed)
            assert not running.done()
            go_on.set()
            assert (await reader.read()).endswith(b"\r\n\r\ndone")
            await running
        finally:
            go_on.set()
            writer.close()


async def test_clients_that_vanish_are_noticed() -> None:
    async with serving(PlainTextResponse("ok")) as (server, address, _):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readuntil(b"ok")
        (kept,) = server.server_state.connections
        assert kept.transport.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        writer.close()


async def test_answers_do_not_name_the_software() -> None:
    async with serving(PlainTextResponse("hello")) as (_, address, _):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        answer = await reader.read()
        writer.close()
    assert answer.endswith(b"hello")
    assert b"server:" not in answer.lower()
