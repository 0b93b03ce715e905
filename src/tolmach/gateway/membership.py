"""A process among those that were started together."""

import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tolmach.core.processes import named


class Introductions(NamedTuple):
    """Where fronts ask for a line to the process behind them, and where it hears of that (`tolmach.fronts.line`)."""

    asks: socket.socket
    hears: socket.socket


def own_name() -> str:
    """Return a name for this process that no other one has or has had."""
    return named(socket.gethostname(), os.getpid(), secrets.token_hex(3))


def introductions() -> Introductions:
    """Return a new pair of sockets, to be inherited by all processes."""
    asks, hears = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    asks.setblocking(False)
    return Introductions(asks, hears)


@dataclass(frozen=True, slots=True)
class Membership:
    """The process with this number, from 0, ``of`` so many. ``sockets`` are those of the listeners, bound already.

    ``dead`` are the names of those that had the number before: what they held is free at once. Processes with later
    numbers than those are fronts; then there are ``introductions`` for each that works.
    """

    number: int = 0
    of: int = 1
    sockets: Sequence[socket.socket] | None = None
    dead: Sequence[str] = ()
    introductions: Sequence[Introductions] = ()

    @property
    def is_front(self) -> bool:
        """Whether this process reads and writes HTTP for one that works."""
        return self.number >= self.of

    @property
    def line(self) -> Introductions | None:
        """Where lines between this process and its fronts, or the process behind it, are asked for."""
        return self.introductions[self.number % self.of] if self.introductions else None
