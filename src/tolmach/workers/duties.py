"""Duties: work that is done once for the whole installation. A process does those whose leases it holds."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Set
from typing import Any

import structlog

from tolmach.workers.endings import Endings

log = structlog.get_logger()

Work = Callable[[], Coroutine[Any, Any, None]]
"""Starts a loop that works until it is cancelled."""


class Duties:
    """Runs some of the duties that a process may have. Safe to be told the same twice."""

    def __init__(self, works: Mapping[str, Work]) -> None:
        self.works = dict(works)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._endings = Endings()

    @property
    def names(self) -> frozenset[str]:
        """What there is to do."""
        return frozenset(self.works)

    @property
    def done(self) -> frozenset[str]:
        """What is done here now."""
        return frozenset(self._tasks)

    async def have(self, names: Set[str]) -> None:
        """Do these and no others; returns when what is not to be done any more has stopped."""
        for name in names - self._tasks.keys():
            self._tasks[name] = asyncio.create_task(self.works[name](), name=name)
        await self._endings.end(*[self._tasks.pop(name) for name in self._tasks.keys() - names])

    def check(self) -> None:
        """Raise what has ended a duty; RuntimeError when one has ended just so."""
        for name, task in self._tasks.items():
            if task.done():
                log.error("a duty has ended", duty=name)
                task.result()
                raise RuntimeError(f"{name} has ended")
