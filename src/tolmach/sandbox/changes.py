"""Who wants to know that something changed on the phones, and how they are told."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Subscription:
    """One listener. Changes that come while it is busy are told once."""

    def __init__(self) -> None:
        self._told = asyncio.Event()
        self.closed = False

    async def wait(self, seconds: float) -> bool:
        """Wait for a change or the end, at most ``seconds``; say whether it came."""
        try:
            async with asyncio.timeout(seconds):
                await self._told.wait()
        except TimeoutError:
            return False
        self._told.clear()
        return True

    def tell(self) -> None:
        """Wake the listener."""
        self._told.set()

    def close(self) -> None:
        """Wake the listener for the last time."""
        self.closed = True
        self._told.set()


class Changes:
    """All listeners."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._subscriptions)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """Listen for the length of a ``with`` block."""
        subscription = Subscription()
        if self._closed:
            subscription.close()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def tell(self) -> None:
        """Tell everybody that something changed."""
        for subscription in self._subscriptions:
            subscription.tell()

    def close(self) -> None:
        """Tell everybody, now and later, that there will be no more changes."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.close()
