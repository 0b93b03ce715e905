"""Endings: how a task is stopped by another, which may be told to stop itself at that moment."""

import asyncio
from typing import Any


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
