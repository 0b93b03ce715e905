"""The fleet: runs the links, takes in those that are added, and lets those go that are removed.

A link that is removed is sent nothing more; it ends when everything that it has in hand is answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import structlog

from tolmach.connectors.http import HttpConnector
from tolmach.connectors.smpp import RETIRE_SECONDS, SmppConnector
from tolmach.core.ports import Connector, EventSink
from tolmach.store import addedlinks, leases
from tolmach.store.addedlinks import Added
from tolmach.store.database import Database
from tolmach.store.links import paused
from tolmach.workers.endings import Endings
from tolmach.workers.health import condition
from tolmach.workers.links import Links
from tolmach.workers.rounds import complain

LOOK_SECONDS: Final = 1.0
RETIRE_LOOK_SECONDS: Final = 0.1

Build = Callable[[str], Awaitable[Connector]]

log = structlog.get_logger()


class Fleet:
    """Owns a task for each link. ``build`` makes a connector of a stored definition; ValueError when it cannot be.

    ``arrange`` is called after the links have changed. Where several processes share the links (``shared``), only
    those run of whose connections this one has a part: see `allow`.
    """

    def __init__(
        self,
        database: Database,
        board: Links,
        build: Build,
        arrange: Callable[[], None],
        *,
        shared: bool = False,
    ) -> None:
        self._database = database
        self._board = board
        self._build = build
        self._arrange = arrange
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._endings = Endings()  # of links, which say farewell
        self._bad: dict[str, str] = {}
        self._added: dict[str, str] = {}  # links that were added -> their definitions
        if shared:
            board.parts = {}
        self._owing = False  # connections are to be given up
        self._retiring: dict[str, float] = {}  # links that end here -> until when they wait for answers
        self._changed = asyncio.Event()
        self.settled: Callable[[], None] = lambda: None
        """Called when connections that were to be given up have ended."""
        self.stays: Callable[[], None] = lambda: None
        """Called when a link that was to end here goes on, for which is to be asked whether somebody has paused it."""
        self.pause: Callable[[], float] = lambda: LOOK_SECONDS

    @property
    def board(self) -> Links:
        """The links."""
        return self._board

    @property
    def slots(self) -> Mapping[str, int]:
        """How many connections the carrier of each link allows, over all processes."""
        return {each.name: _connections(each) for each in self._board.current if each.name not in self._going}

    @property
    def kept(self) -> Mapping[str, int]:
        """How many connections of each link are here, with those that are about to end."""
        links = {each.name: each for each in self._board.current}
        return {name: _kept(links[name]) for name in self._tasks if name in links}

    def allow(self, parts: Mapping[str, int]) -> None:
        """Have so many connections of each link; what is too much ends when its answers have come."""
        if parts != self._board.parts:
            self._board.parts = dict(parts)
            self._owing = any(count > parts.get(name, 0) for name, count in self.kept.items())
            self._changed.set()

    async def cut(self) -> None:
        """Have no connection any more, at once."""
        self._board.parts = {}
        await self._end(*self._tasks)

    async def run(self, sink: EventSink) -> None:
        """Keep the links running until cancelled; raises when one of them fails."""
        try:
            self._tend(sink)
            while True:
                await self._look(sink)
                self._tend(sink)
                await self._retire()
                await self._rest()
                self._check()
        finally:
            await self._end(*self._tasks)

    async def _rest(self) -> None:
        changed = asyncio.create_task(self._changed.wait())
        try:
            pause = RETIRE_LOOK_SECONDS if self._owing or self._retiring else self.pause()
            await asyncio.wait([changed, *self._tasks.values()], timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
        self._changed.clear()

    def look_soon(self) -> None:
        """Look at once for links that were added or removed."""
        self._changed.set()

    async def _look(self, sink: EventSink) -> None:
        try:
            await self.turn(sink)
        except Exception as error:
            complain("links that were added or removed cannot be looked at", error)

    async def turn(self, sink: EventSink) -> None:
        """Take in what was added and let go what was removed."""
        rows = await self._database.read(addedlinks.everything)
        there = {one.name: one.definition for one in rows if one.removed_at is None}
        for name, definition in list(self._added.items()):
            if there.get(name) != definition:  # another process may have forgotten it already
                await self._let_go(name, anew=name in there)
            elif name in self._going:
                self._board.leaving.discard(name)  # it was changed back
        for one in rows:
            if one.removed_at is None:
                await self._take_in(one, sink)
            else:
                await self._forget(one.name)

    async def _take_in(self, one: Added, sink: EventSink) -> None:
        if one.name in self._added or self._bad.get(one.name) == one.definition:
            return
        try:
            link = await self._build(one.definition)
        except ValueError as error:
            self._bad[one.name] = one.definition
            log.error("link-unusable", link=one.name, error=" ".join(str(error).split())[:500])
            return
        link.held = one.name in await self._database.read(paused)  # one that was changed may be paused
        self._added[one.name] = one.definition
        self._set([*self._board.current, link])
        self._tend(sink)
        log.info("link-added", link=one.name)

    async def _let_go(self, name: str, *, anew: bool) -> None:
        """End a link when its answers are there; ``anew``: late receipts go to what connects next."""
        link = next(each for each in self._board.current if each.name == name)
        self._board.leaving.add(name)
        link.held = True
        if name in self._tasks and (condition(link).in_flight > 0 if anew else _has_in_hand(link)):
            return
        self._set([each for each in self._board.current if each is not link])
        await self._end(name)
        self._board.leaving.discard(name)
        del self._added[name]
        log.info("link-ended" if anew else "link-removed", link=name)

    async def _forget(self, name: str) -> None:
        """Forget a link that is gone, here and everywhere."""
        if name in self._added or await self._database.read(lambda tx: leases.any_of_link(tx, name)):
            return
        self._bad.pop(name, None)
        await self._database.write(lambda tx: addedlinks.forget(tx, name))

    def _set(self, links: Sequence[Connector]) -> None:
        self._board.current = tuple(links)
        self._arrange()

    @property
    def _going(self) -> set[str]:
        return self._board.leaving - set(self._retiring)

    def _part(self, name: str) -> int:
        if self._board.parts is None:
            return 1
        return self._board.parts.get(name, 0)

    def _tend(self, sink: EventSink) -> None:
        """Start what is to run, and begin to end what is not."""
        for link in self._board.current:
            if isinstance(link, HttpConnector):
                link.hear(sink)
            part, runs = self._part(link.name), link.name in self._tasks
            if isinstance(link, SmppConnector) and self._board.parts is not None and part:
                link.share(part)
            if part and not runs:
                self._start(link, sink)
            elif part and link.name in self._retiring:
                self._stay(link.name)
            elif not part and runs and link.name not in self._retiring and link.name not in self._board.leaving:
                self._retiring[link.name] = asyncio.get_running_loop().time() + RETIRE_SECONDS
                self._board.leaving.add(link.name)
                link.held = True

    def _stay(self, name: str) -> None:
        del self._retiring[name]
        self._board.leaving.discard(name)
        self.stays()

    async def _retire(self) -> None:
        """End what has its answers, and tell who waits for its connections."""
        links = {each.name: each for each in self._board.current}
        for name, until in list(self._retiring.items()):
            if name not in links or name not in self._tasks or _settled(links[name], until):
                await self._end(name)
                self._stay(name)
        if self._owing and all(count <= self._part(name) for name, count in self.kept.items()):
            self._owing = False
            self.settled()

    def _start(self, link: Connector, sink: EventSink) -> None:
        self._tasks[link.name] = asyncio.create_task(link.run(sink), name=f"link {link.name}")

    async def _end(self, *names: str) -> None:
        """End these links, those that run."""
        await self._endings.end(*[self._tasks.pop(name) for name in names if name in self._tasks])

    def _check(self) -> None:
        for name, task in self._tasks.items():
            if task.done():
                log.error("a link has ended", link=name)
                task.result()
                raise RuntimeError(f"link {name} has ended")


def _connections(link: Connector) -> int:
    """Return how many processes may carry a link at a time: over HTTP one does, which asks for statuses too."""
    return link.connections if isinstance(link, SmppConnector) else 1


def _kept(link: Connector) -> int:
    return link.kept if isinstance(link, SmppConnector) else 1


def _settled(link: Connector, until: float) -> bool:
    return condition(link).in_flight == 0 or asyncio.get_running_loop().time() >= until


def _has_in_hand(link: Connector) -> bool:
    """Tell whether answers are still out; over HTTP what waits is only told its final status."""
    found = condition(link)
    return found.in_flight > 0 or (found.binds > 0 and found.waiting > 0)
