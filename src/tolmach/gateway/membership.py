"""A process among those that were started together."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Membership:
    """The process with this number, from 0, ``of`` so many. ``sockets`` are those of the listeners, bound already.

    ``dead`` are the names of those that had the number before: what they held is free at once.
    """

    number: int = 0
    of: int = 1
    sockets: Sequence[socket.socket] | None = None
    dead: Sequence[str] = ()
