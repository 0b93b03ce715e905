"""Kannel (bearerbox and smsbox) as a client: a message by its HTTP interface, and its report of the delivery."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.gateway import until
from tolmach.sandbox.message import Encoding, MessageQuery
from tolmach.sandbox.phones import Phones

CONFIG = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-file = {directory}/bearerbox.log
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = sandbox
host = 127.0.0.1
port = {smpp}
transceiver-mode = true
smsc-username = demo
smsc-password = demo
system-type = ""
enquire-link-interval = 5
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sending}
sendsms-interface = 127.0.0.1
log-file = {directory}/smsbox.log

group = sendsms-user
username = tester
password = secret
max-messages = 10
concatenation = true
"""
DELIVERED, REFUSED_BY_PHONE, TAKEN, REJECTED = "1", "2", "8", "16"  # Kannel's types of delivery reports


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@asynccontextmanager
async def box(name: str, config: Path) -> AsyncIterator[None]:
    program = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        pytest.skip(f"{name} is not installed (Debian: apt install kannel)")
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(program, "-v", "4", str(config), stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def reports() -> AsyncIterator[tuple[int, list[tuple[str, str]]]]:
    """A web server for delivery reports: its port, and (number, type) of each report."""
    told: list[tuple[str, str]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).decode()
        query = parse_qs(urlsplit(line.split(" ")[1]).query)
        told.append((query["to"][0], query["type"][0]))
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], told
    finally:
        server.close()


async def test_messages_and_delivery_reports(port: int, phones: Phones, tmp_path: Path) -> None:
    admin, boxes, sending = free_ports(3)
    config = tmp_path / "kannel.conf"
    config.write_text(CONFIG.format(admin=admin, boxes=boxes, sending=sending, smpp=port, directory=tmp_path))
    async with AsyncExitStack() as stack:
        listening, told = await stack.enter_async_context(reports())
        http = await stack.enter_async_context(aiohttp.ClientSession(f"http://127.0.0.1:{sending}"))
        await stack.enter_async_context(box("bearerbox", config))
        await until(lambda: reachable(boxes))
        await stack.enter_async_context(box("smsbox", config))
        await until(lambda: reachable(sending))

        async def send(number: str, text: str, **more: str) -> None:
            url = f"http://127.0.0.1:{listening}/?type=%d&to=%p"
            known = {"username": "tester", "password": "secret", "from": "Tolmach", "to": number, "text": text}
            query = {**known, "dlr-mask": "27", "dlr-url": url, **more}
            async with http.get("/cgi-bin/sendsms", params=query) as response:
                assert response.status == 202, await response.text()

        await send("79161234500", "Hello from Kannel, {twice}")
        await send("79161234501", "Длинное сообщение от Kannel. " * 4, coding="2", charset="UTF-8")
        await send("79161234590", "lost")
        await send("79161234592", "refused")
        expected = {("00", DELIVERED), ("01", DELIVERED), ("90", REFUSED_BY_PHONE), ("92", REJECTED)}

        async def reported() -> bool:
            return {(number[-2:], kind) for number, kind in told if kind != TAKEN} >= expected

        await until(reported)
    shown = {one.phone[-2:]: one for one in await phones.messages(MessageQuery())}
    assert {digits: one.card.text for digits, one in shown.items()} == {
        "00": "Hello from Kannel, {twice}",
        "01": "Длинное сообщение от Kannel. " * 4,
        "90": "lost",
    }
    assert (shown["01"].parts, shown["01"].encoding) == (2, Encoding.UCS2)


async def reachable(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
