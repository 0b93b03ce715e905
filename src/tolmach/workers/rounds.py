"""Rounds: how a worker that nobody wakes does its work again and again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


async def rounds(work: Callable[[], Awaitable[object]], seconds: float, trouble: str) -> None:
    """Work, wait for so many seconds, and so on until cancelled. What goes wrong is logged as ``trouble``."""
    while True:
        try:
            await work()
        except Exception:
            # the shell loop: whatever failed is tried again in the next round
            log.exception(trouble)
        await asyncio.sleep(seconds)
