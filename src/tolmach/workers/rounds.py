"""Rounds: how a worker that nobody wakes does its work again and again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from tolmach.core.errors import StoreUnavailableError

log = structlog.get_logger()


async def rounds(work: Callable[[], Awaitable[object]], seconds: float, trouble: str) -> None:
    """Work, wait for so many seconds, and so on until cancelled. What goes wrong is logged as ``trouble``."""
    while True:
        try:
            await work()
        except Exception as error:
            # the shell loop: whatever failed is tried again in the next round
            complain(trouble, error)
        await asyncio.sleep(seconds)


def complain(event: str, error: Exception, **keys: object) -> None:
    """Log what went wrong in a loop that goes on: a database that is away in a line, anything else as a bug."""
    if isinstance(error, StoreUnavailableError):
        log.error(event, error=str(error), **keys)
    else:
        log.error(event, exc_info=error, **keys)
