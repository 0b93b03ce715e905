"""Listening sockets, and the addresses that people know them by."""

import socket
from collections.abc import Sequence

from tolmach.core.listeners import Listener

BACKLOG = 2048
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}
"""A client that vanished without a word would keep its connection for ever: it is asked, and given up after two
minutes. Connections have this from their listener."""


class PortTakenError(Exception):
    """The address cannot be listened on. ``setting``: what chooses another port."""

    def __init__(self, text: str, setting: str = "--port") -> None:
        super().__init__(text)
        self.setting = setting


def listen(host: str, port: int, setting: str = "--port") -> socket.socket:
    """Return a listening socket; raises `PortTakenError` with a sentence for people. ``setting``: where it is named."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in KEEPALIVE.items():
        if hasattr(socket, option):  # macOS has other names
            listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:  # a group counts its ports on from the first
        listener.close()
        why = (error.strerror or error) if isinstance(error, OSError) else "ports end with 65535"
        raise PortTakenError(f"cannot listen on {host}:{port}: {why}", setting) from error
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
