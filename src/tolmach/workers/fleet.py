"""The fleet: runs the links, takes in those that are added, and lets those go that are removed.

A link that is removed is sent nothing more; it ends when everything that it has in hand is answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

import structlog

from tolmach.core.ports import Connector, EventSink
from tolmach.store import addedlinks
from tolmach.store.addedlinks import Added
from tolmach.store.database import Database
from tolmach.workers.health import condition
from tolmach.workers.links import Links
from tolmach.workers.rounds import complain

LOOK_SECONDS: Final = 1.0

Build = Callable[[str], Awaitable[Connector]]

log = structlog.get_logger()


class Fleet:
    """Owns a task for each link. ``build`` makes a connector of a stored definition; ValueError when it cannot be.

    ``arrange`` is called after the links have changed.
    """

    def __init__(self, database: Database, board: Links, build: Build, arrange: Callable[[], None]) -> None:
        self._database = database
        self._board = board
        self._build = build
        self._arrange = arrange
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._bad: dict[str, str] = {}

    async def run(self, sink: EventSink) -> None:
        """Keep the links running until cancelled; raises when one of them fails."""
        try:
            for link in self._board.current:
                self._start(link, sink)
            while True:
                await self._look(sink)
                await self._rest()
                self._check()
        finally:
            for name in list(self._tasks):
                await self._end(name)

    async def _rest(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, sink: EventSink) -> None:
        try:
            await self.turn(sink)
        except Exception as error:
            complain("links that were added or removed cannot be looked at", error)

    async def turn(self, sink: EventSink) -> None:
        """Take in what was added and let go what was removed."""
        for one in await self._database.read(addedlinks.everything):
            if one.removed_at is None:
                await self._take_in(one, sink)
            else:
                await self._let_go(one.name)

    async def _take_in(self, one: Added, sink: EventSink) -> None:
        if one.name in self._tasks or self._bad.get(one.name) == one.definition:
            return
        try:
            link = await self._build(one.definition)
        except ValueError as error:
            self._bad[one.name] = one.definition
            log.error("link-unusable", link=one.name, error=" ".join(str(error).split())[:500])
            return
        self._start(link, sink)
        self._set([*self._board.current, link])
        log.info("link-added", link=one.name)

    async def _let_go(self, name: str) -> None:
        link = next((each for each in self._board.current if each.name == name), None)
        if link is not None:
            self._board.leaving.add(name)
            link.held = True
            if _has_in_hand(link):
                return
            self._set([each for each in self._board.current if each is not link])
            await self._end(name)
            self._board.leaving.discard(name)
            log.info("link-removed", link=name)
        self._bad.pop(name, None)
        await self._database.write(lambda tx: addedlinks.forget(tx, name))

    def _set(self, links: Sequence[Connector]) -> None:
        self._board.current = tuple(links)
        self._arrange()

    def _start(self, link: Connector, sink: EventSink) -> None:
        self._tasks[link.name] = asyncio.create_task(link.run(sink), name=f"link {link.name}")

    async def _end(self, name: str) -> None:
        task = self._tasks.pop(name)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def _check(self) -> None:
        for name, task in self._tasks.items():
            if task.done():
                log.error("a link has ended", link=name)
                task.result()
                raise RuntimeError(f"link {name} has ended")


def _has_in_hand(link: Connector) -> bool:
    """Tell whether answers are still out; over HTTP what waits is only told its final status."""
    found = condition(link)
    return found.in_flight > 0 or (found.binds > 0 and found.waiting > 0)
