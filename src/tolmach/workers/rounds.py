"""Rounds: how a worker that nobody wakes does its work again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from math import inf
from time import monotonic
from typing import Final

import structlog

from tolmach.core.errors import StoreUnavailableError

log = structlog.get_logger()

REPEATED_SECONDS: Final = 60.0
said: dict[str, float] = {}
"""When each complaint of a database that is away was logged: every loop meets that several times a second."""


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
    """Log what went wrong in a loop that goes on: a database that is away once a minute, anything else as a bug."""
    if not isinstance(error, StoreUnavailableError):
        log.error(event, exc_info=error, **keys)
        return
    now = monotonic()
    if now - said.get(event, -inf) >= REPEATED_SECONDS:
        said[event] = now
        log.error(event, error=str(error), **keys)
