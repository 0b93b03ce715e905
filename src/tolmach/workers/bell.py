"""A bell: what one worker rings when there is work for another."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial

from tolmach.core.content import Channel
from tolmach.services.progress import Effects


class Bell:
    """Wakes one waiter early; who was busy when it rang does not sleep through it."""

    def __init__(self, tell: Callable[[], None] | None = None) -> None:
        """``tell`` is called when it is rung here: it lets other processes know."""
        self._tell = tell
        self._rung = False
        self._waiters: deque[asyncio.Future[None]] = deque()

    def ring(self) -> None:
        """Wake the one who has waited longest, or the next who comes to wait, here and in other processes."""
        if self._tell is not None:
            self._tell()
        self.ring_here()

    def ring_here(self) -> None:
        """Wake the one who has waited longest, or the next who comes to wait."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._rung = True

    async def wait(self, seconds: float) -> None:
        """Return when the bell rings, at the latest after ``seconds``."""
        if self._rung:
            self._rung = False
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await asyncio.wait([waiter], timeout=max(0.0, seconds))
        except asyncio.CancelledError:
            if waiter.done():
                self.ring_here()  # who was woken will not come: somebody else must
            raise
        finally:
            if not waiter.done():
                self._waiters.remove(waiter)  # a bell that never rings must not collect them


class Bells:
    """A bell for each channel: the loops of one are not woken for the work of another."""

    def __init__(self, tell: Callable[[Channel], None] | None = None) -> None:
        """``tell`` is called for each channel that is rung for here: it lets other processes know."""
        self._bells = {channel: Bell(None if tell is None else partial(tell, channel)) for channel in Channel}

    def of(self, channel: Channel) -> Bell:
        """Return a channel's bell."""
        return self._bells[channel]

    def ring(self, channels: Iterable[Channel] = Channel) -> None:
        """Wake one loop of each channel."""
        for channel in channels:
            self._bells[channel].ring()

    def ring_here(self) -> None:
        """Wake one loop of each channel of this process."""
        for bell in self._bells.values():
            bell.ring_here()


def announce(effects: Effects, due: Bell | Bells, told: Bell) -> None:
    """Ring for what a batch has given others to do: ``due`` for steps, ``told`` for callbacks."""
    if effects.steps:
        due.ring()
    if effects.callbacks:
        told.ring()
