"""The guard of outgoing HTTP: where requests to URLs that others gave may go, and where not.

A name is checked after its resolution, and the connection goes to the address that was checked: a name that later
points inside (DNS rebinding) does not help. Numbers are understood in every form that the system would connect to.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

RESOLVING: Final = 64  # names at once: more than accounts that are told at once, since one may wait for half a minute
NOT_PUBLIC: Final = "the address is not public"
_NAT64: Final = IPv6Network("64:ff9b::/96")  # what a network without IPv4 resolves names to


class ForbiddenError(Exception):
    """A URL that is none, or that may not be asked."""


def check_url(url: str, *, allow_private: bool) -> None:
    """Refuse what no resolver will see: other schemes, and addresses written as numbers. Raises `ForbiddenError`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise ForbiddenError("not a URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ForbiddenError("not an http or https URL")
    address = _literal(host)
    if address is not None and not allow_private and not is_public(address):
        raise ForbiddenError(NOT_PUBLIC)


class Resolver(AbstractResolver):
    """Resolves names in threads of its own: a dead name server must not hold up other work. Guards the result."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._threads = ThreadPoolExecutor(RESOLVING, "resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name that may be connected to; OSError when there is none."""
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
        """End the threads."""
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
