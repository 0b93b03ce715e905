import asyncio
import socket

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from tests.gateway import until
from tolmach.api.server import HttpServer, PortTakenError, listen


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

    listener = listen("127.0.0.1", 0)
    server = HttpServer(slow, listener)
    serving = asyncio.create_task(server.run_until_stopped())
    await server.listening.wait()
    address = listener.getsockname()
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await arrived.wait()
    server.stop()

    async def deaf() -> bool:
        with socket.socket() as probe:
            probe.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_connect(probe, address)
            except ConnectionRefusedError:
                return True
            return False

    await until(deaf)
    assert not serving.done()
    go_on.set()
    assert (await reader.read()).endswith(b"\r\n\r\ndone")
    await serving
    writer.close()
    listener.close()


async def test_answers_do_not_name_the_software() -> None:
    listener = listen("127.0.0.1", 0)
    server = HttpServer(PlainTextResponse("hello"), listener)
    serving = asyncio.create_task(server.run_until_stopped())
    await server.listening.wait()
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    assert b"server:" not in (await reader.read()).lower()
    writer.close()
    server.stop()
    await serving
    listener.close()
