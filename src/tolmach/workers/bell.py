"""A bell: what one worker rings when there is work for another."""

import asyncio


class Bell:
    """Wakes its waiters early; who was busy when it rang does not sleep through it."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or the next who comes to wait."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when the bell rings, at the latest after ``seconds``."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()
