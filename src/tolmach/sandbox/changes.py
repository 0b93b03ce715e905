"""Who wants to know that something changed on the phones, and how they are told."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Subscription:
    """One listener. Changes that come while it is busy are told once."""

    def __init__(self) -> None:
        self._told = asyncio.Event()
        self._messages: set[int] = set()
        self._phones: set[str] = set()
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

    def changed(self) -> tuple[list[int], list[str]]:
        """Return the messages and the phones that have changed since the last call."""
        found = sorted(self._messages), sorted(self._phones)
        self._messages.clear()
        self._phones.clear()
        return found

    def tell(self, messages: Iterable[int] = (), phones: Iterable[str] = ()) -> None:
        """Wake the listener."""
        self._messages.update(messages)
        self._phones.update(phones)
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

    def tell(self, messages: Iterable[int] = (), phones: Iterable[str] = ()) -> None:
        """Tell everybody that something is new, and what of the old has changed."""
        for subscription in self._subscriptions:
            subscription.tell(messages, phones)

    def close(self) -> None:
        """Tell everybody, now and later, that there will be no more changes."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.close()
