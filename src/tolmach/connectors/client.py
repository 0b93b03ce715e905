"""POSTs to URLs that customers gave: bounded in time and size, no redirects, and never into our own network.

The address is checked after resolution, at the moment of connecting, so a name that later points inside does not help.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from tolmach.wire import WireRequest, WireResponse

ANSWER_LIMIT = 1024 * 1024
RESOLVING = 8  # names at once
_NAT64 = IPv6Network("64:ff9b::/96")  # what a network without IPv4 resolves names to


class UnreachableError(Exception):
    """The request did not get an answer; the text says why and holds no secret."""


class CallbackClient:
    """Sends `WireRequest` values whose ``path`` is a whole URL. Use as an async context manager."""

    def __init__(self, *, timeout: float, allow_private: bool) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._allow_private = allow_private
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        resolver = _Resolver(allow_private=self._allow_private)
        # an idle connection that its server closes as we POST would cost one of the five attempts
        connector = aiohttp.TCPConnector(resolver=resolver, limit_per_host=8, force_close=True)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
        )
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()

    async def send(self, request: WireRequest) -> WireResponse:
        """Return the answer, whatever its status; raises `UnreachableError` and nothing else."""
        assert self._session is not None, "not entered"
        self._check(request.path)
        try:
            async with self._session.request(
                request.method, request.path, data=request.body, headers=request.headers, allow_redirects=False
            ) as response:
                body = await _read(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return WireResponse(response.status, headers, body)
        except TimeoutError:
            raise UnreachableError("no answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise UnreachableError(_describe(error)) from None

    def _check(self, url: str) -> None:
        """Refuse what no resolver will see: other schemes, and addresses written as numbers."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            raise UnreachableError("not a URL") from None
        if parts.scheme not in ("http", "https") or not host:
            raise UnreachableError("not an http or https URL")
        address = _literal(host)
        if address is not None and not self._allow_private and not is_public(address):
            raise UnreachableError("the address is not public")


class _Resolver(AbstractResolver):
    """Resolves names in threads of its own: a dead name server must not hold up other work. Guards the result."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._threads = ThreadPoolExecutor(RESOLVING, "resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        ask = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        results = [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]
        if not self._allow_private:
            results = [r for r in results if is_public(ip_address(r["host"].split("%", maxsplit=1)[0]))]
        if not results:
            raise OSError("the name points to no public address")
        return results

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is on the public internet (not private, loopback, link-local, reserved ...)."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host name spells, also in the decimal, octal and hexadecimal forms of inet_aton."""
    try:
        return ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = await response.content.read(ANSWER_LIMIT)
    while len(body) < ANSWER_LIMIT and (more := await response.content.read(ANSWER_LIMIT - len(body))):
        body += more
    return body


def _describe(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        reason = error.os_error.strerror or str(error.os_error)
        return f"cannot connect: {reason}"
    if isinstance(error, asyncio.IncompleteReadError):
        return "the answer broke off"
    return f"{type(error).__name__}: {error}"[:200]
