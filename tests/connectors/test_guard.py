"""What counts as public. That nothing else is connected to is shown with real sockets in `test_client`."""

import asyncio
import socket
import threading
from ipaddress import ip_address
from typing import Any

import pytest

from tests.gateway import until
from tolmach.connectors.guard import ForbiddenError, Resolver, check_url, is_public
from tolmach.workers.callbacks import AT_ONCE

PUBLIC = ["8.8.8.8", "1.1.1.1", "213.180.193.3", "2606:4700:4700::1111", "::ffff:8.8.8.8", "2002:0808:0808::1",
          "64:ff9b::808:808"]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::ffff:10.0.0.1]", "127.1"])
def test_numbers_in_every_form(host: str) -> None:
    with pytest.raises(ForbiddenError, match="not public"):
        check_url(f"http://{host}:8080/", allow_private=False)
    check_url(f"http://{host}:8080/", allow_private=True)


@pytest.mark.parametrize("url", ["", "ftp://a.example/", "http://", "http://[", "//a.example/"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ForbiddenError):
        check_url(url, allow_private=True)


def test_names_are_the_resolvers_matter() -> None:
    check_url("https://localhost/", allow_private=False)


async def test_names_that_nobody_answers_for_hold_no_other_name_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answered, ask, waiting = threading.Event(), socket.getaddrinfo, list[str]()

    def slow(host: str, *more: Any) -> Any:
        if host.startswith("dead"):
            waiting.append(host)
            answered.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return ask(host, *more)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    resolver = Resolver(allow_private=True)
    dead = [asyncio.create_task(resolver.resolve(f"dead{number}.example")) for number in range(AT_ONCE)]
    try:
        await until(lambda: asyncio.sleep(0, len(waiting) == AT_ONCE))
        assert (await resolver.resolve("127.0.0.1"))[0]["host"] == "127.0.0.1"
    finally:
        answered.set()
        await asyncio.gather(*dead, return_exceptions=True)
        await resolver.close()
