import asyncio
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.authority import trusting, write_pair
from tests.e2e.documents import mobil, pager, pronto
from tests.gateway import Live, running
from tolmach.api.listeners import Listening
from tolmach.api.sockets import PortTakenError
from tolmach.api.tls import BadCertificateError
from tolmach.core.listeners import Listener

PRONTO, PAGER, MOBIL = ("/xml/balance.php", pronto("")), ("/balance.xml", pager("")), ("/extxml.php", mobil("balance"))


async def answers(live: Live, url: str, tls: ssl.SSLContext | None = None) -> list[int]:
    """Return the status of a request of each dialect, and of two pages."""
    statuses = []
    for path, body in (PRONTO, PAGER, MOBIL, ("/health/ready", ""), ("/", "")):
        method = "POST" if body else "GET"
        async with live.http.request(method, url + path, data=body.encode() or None, ssl=tls or True) as response:
            statuses.append(response.status)
    return statuses


async def test_each_listener_speaks_its_dialects(installation: Path) -> None:
    listeners = [
        {"port": 0, "dialects": ["smspager"], "pages": False},
        {"host": "::1", "port": 0, "dialects": ["prontosms", "mobilgroup"]},
    ]
    async with running(installation, listeners=listeners) as live:
        first, pager_only, two = live.gateway.urls
        assert first == live.gateway.url
        assert two.startswith("http://[::1]:")
        assert await answers(live, first) == [200, 200, 200, 200, 200]
        assert await answers(live, pager_only) == [404, 200, 404, 404, 404]
        assert await answers(live, two) == [200, 404, 200, 200, 200]


async def test_tls_with_a_certificate_that_is_changed_while_it_runs(installation: Path) -> None:
    certificate, key = write_pair(installation)
    listeners = [{"port": 0, "certificate": certificate, "key": key}]
    async with running(installation, listeners=listeners) as live:
        url = live.gateway.urls[1]
        assert url.startswith("https://127.0.0.1:")
        assert await answers(live, url, trusting()) == [200, 200, 200, 200, 200]
        first = await peer(url)
        write_pair(installation)
        live.gateway.reload()
        assert await peer(url) != first
        assert await answers(live, url, trusting()) == [200, 200, 200, 200, 200]


async def test_the_first_address_speaks_tls_too(installation: Path) -> None:
    certificate, key = write_pair(installation)
    async with running(installation, certificate=certificate, key=key) as live:
        assert live.gateway.url.startswith("https://")
        assert await answers(live, live.gateway.url, trusting()) == [200] * 5


async def test_old_http_over_tls(installation: Path) -> None:
    """HTTP/1.0 without keep-alive, and two requests on one connection of HTTP/1.1, as without TLS."""
    certificate, key = write_pair(installation)
    async with running(installation, listeners=[{"port": 0, "certificate": certificate, "key": key}]) as live:
        port = int(live.gateway.urls[1].rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting(), server_hostname="localhost")
        body = PRONTO[1].encode()
        writer.write(b"POST /xml/balance.php HTTP/1.0\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(body), body))
        assert b"<money" in await reader.read()
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting(), server_hostname="localhost")
        head = b"POST /xml/balance.php HTTP/1.1\r\nHost: a\r\nno colon\r\nContent-Length: %d\r\n\r\n" % len(body)
        for _ in range(2):
            writer.write(head + body)
            assert b"</response>" in await reader.readuntil(b"</response>")
        writer.close()


async def test_plain_http_on_a_port_of_tls_gets_nowhere(installation: Path) -> None:
    certificate, key = write_pair(installation)
    async with running(installation, listeners=[{"port": 0, "certificate": certificate, "key": key}]) as live:
        with pytest.raises(aiohttp.ClientError):
            await live.http.get(live.gateway.urls[1].replace("https", "http"))
        assert await answers(live, live.gateway.urls[1], trusting()) == [200] * 5


async def peer(url: str) -> bytes:
    """Return the certificate that a new client is shown."""
    port = int(url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting(), server_hostname="localhost")
    found: Any = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    assert isinstance(found, bytes)
    return found


def test_one_port_that_is_taken_frees_the_others() -> None:
    first = Listening([Listener(port=0)])
    free = Listening([Listener(port=0)])
    port = free.addresses[0][1]
    free.close()
    with pytest.raises(PortTakenError):
        Listening([Listener(port=port), Listener(port=first.addresses[0][1])])
    Listening([Listener(port=port)]).close()
    first.close()


def test_a_certificate_that_is_not_there_is_told_at_the_start() -> None:
    with pytest.raises(BadCertificateError, match=r"nowhere\.pem with nowhere\.key: No such file"):
        Listening([Listener(port=0, certificate="nowhere.pem", key="nowhere.key")])
