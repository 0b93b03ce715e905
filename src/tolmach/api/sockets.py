"""Listening sockets, and the addresses that people know them by."""

import socket
from collections.abc import Sequence

from tolmach.core.listeners import Listener

BACKLOG = 2048


class PortTakenError(Exception):
    """Somebody else listens on the address."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises `PortTakenError` with a sentence for people."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTakenError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def bound(listeners: Sequence[Listener]) -> list[socket.socket]:
    """Return a listening socket for each; raises `PortTakenError`, and none is left open then."""
    sockets: list[socket.socket] = []
    try:
        for each in listeners:
            sockets.append(listen(each.host, each.port))
    except BaseException:
        for one in sockets:
            one.close()
        raise
    return sockets


def urls(listeners: Sequence[Listener], sockets: Sequence[socket.socket]) -> Sequence[str]:
    """Return the address of every listener, in order."""
    return [
        _url(one.getsockname()[:2], secure=each.certificate is not None)
        for each, one in zip(listeners, sockets, strict=True)
    ]


def _url(address: tuple[str, int], *, secure: bool) -> str:
    host, port = address
    return f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
