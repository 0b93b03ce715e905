"""Endings: how a task is stopped by another, which may be told to stop itself at that moment."""

import asyncio
from typing import Any


class Endings:
    """Tasks that were told to end, also those for which nobody waits any more: who ends others waits for all."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def end(self, *tasks: asyncio.Task[None]) -> None:
        """End these, and return when those have ended, too, whose end somebody began to wait for and was cancelled."""
        for task in tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await end(*self._tasks)


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and return when all have ended; raises what one of them raised.

    Awaiting a cancelled task and passing over its CancelledError also passes over that of the caller, who would then
    never stop. A caller that is cancelled leaves at once; a task on its way out is not hurried by a second call.
    """
    for task in tasks:
        if not task.cancelling():
            task.cancel()
    if tasks:
        await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()
