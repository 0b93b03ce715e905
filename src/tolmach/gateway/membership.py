"""A process among those that were started together."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Introductions(NamedTuple):
    """Where fronts ask for a line to the process behind them, and where it hears of that (`tolmach.fronts.line`)."""

    asks: socket.socket
    hears: socket.socket


def introductions() -> Introductions:
    """Return a new pair of sockets, to be inherited by all processes."""
    asks, hears = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    asks.setblocking(False)
    return Introductions(asks, hears)


@dataclass(frozen=True, slots=True)
class Membership:
    """The process with this number, from 0, ``of`` so many. ``sockets`` are those of the listeners, bound already.

    ``dead`` are the names of those that had the number before: what they held is free at once. Where there are
    ``introductions``, the first process works and the others are its fronts.
    """

    number: int = 0
    of: int = 1
    sockets: Sequence[socket.socket] | None = None
    dead: Sequence[str] = ()
    introductions: Introductions | None = None

    @property
    def is_front(self) -> bool:
        """Whether this process reads and writes HTTP for the first one."""
        return self.introductions is not None and self.number > 0
