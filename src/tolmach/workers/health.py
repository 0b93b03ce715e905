"""Health: stores how the links fare, so that other processes can show it, and carries pauses out."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from tolmach.connectors.http import HttpConnector
from tolmach.connectors.smpp import SmppConnector
from tolmach.core.clock import Clock
from tolmach.core.condition import Condition, LinkEvent, changes, of_http, of_smpp
from tolmach.core.moments import to_ms
from tolmach.core.ports import Connector
from tolmach.store import linkhistory, links
from tolmach.store.database import Database, Tx
from tolmach.workers.linkhistory import LinkHistory
from tolmach.workers.links import Links
from tolmach.workers.rounds import rounds

LOOK_SECONDS = 1.0
CHANGED_EVERY = timedelta(seconds=3)  # numbers move all the time while a link works
ANYWAY_EVERY = timedelta(seconds=10)


class HealthWorker:
    """Looks at the links every second. Events are stored at once, numbers every few seconds while they change."""

    def __init__(self, database: Database, board: Links, clock: Clock, process: str = "") -> None:
        self._database = database
        self._process = process
        self._board = board
        self._clock = clock
        self._seen: dict[str, Condition] = {}
        self._history = LinkHistory()
        self._hold_soon, self._held_at = False, 0.0
        self.pause: Callable[[], float] = lambda: 0.0
        """Seconds after which it asks whether a link is paused, if nobody says so."""
        self._stored: dict[str, tuple[datetime, Condition]] = {}

    def hold_soon(self) -> None:
        """Somebody has paused or resumed a link: ask at the next look."""
        self._hold_soon = True

    async def run(self) -> None:
        """Work until cancelled; then nothing is said of these links any more."""
        try:
            await rounds(self.turn, LOOK_SECONDS, "health of links cannot be stored")
        finally:
            if self._process:
                with suppress(Exception):  # who looks later sees by its moment that it is old
                    await self._database.write(lambda tx: links.withdraw(tx, self._process))

    async def turn(self) -> int:
        """Pause and resume, look at every link once; return how many reports were stored."""
        looked = time.monotonic()
        if self._hold_soon or looked - self._held_at >= self.pause():
            self._hold_soon, self._held_at = False, looked
            await self.hold()
        now = self._clock.now()
        conditions = {link.name: self._condition(link) for link in self._board.current if self._board.here(link.name)}
        events = {name: list(changes(self._seen.get(name), found)) for name, found in conditions.items()}
        due = {name: found for name, found in conditions.items() if events[name] or self._is_due(name, found, now)}
        over = self._history.look(conditions, self._board.tally, to_ms(now))
        if over:
            await self._database.write(lambda tx: linkhistory.add(tx, over, self._process, to_ms(now)))
        if due:
            await self._database.write(lambda tx: _store(tx, self._process, due, events, to_ms(now)))
            self._stored |= {name: (now, found) for name, found in due.items()}
        gone = self._seen.keys() - conditions.keys()
        if gone:  # another process has them now
            await self._database.write(lambda tx: links.withdraw(tx, self._process, gone))
        self._seen = conditions  # only now: what could not be stored is told with the next turn
        return len(due)

    def _condition(self, link: Connector) -> Condition:
        lags = self._board.tally.lags.get(link.name)
        lag = None if lags is None or lags.recent is None else round(lags.recent, 1)
        return replace(condition(link), lag=lag)

    async def hold(self) -> None:
        """Pause the links that an operator has paused or removed, and no others."""
        paused = await self._database.read(links.paused)
        for link in self._board.current:
            link.held = link.name in paused or link.name in self._board.leaving

    def _is_due(self, name: str, found: Condition, now: datetime) -> bool:
        at, last = self._stored.get(name, (now, None))
        return last is None or now - at >= (ANYWAY_EVERY if found == last else CHANGED_EVERY)


def condition(link: Connector) -> Condition:
    """Return how a link fares now."""
    if isinstance(link, SmppConnector):
        return of_smpp(link.health(), paused=link.held)
    if isinstance(link, HttpConnector):
        return of_http(link.health(), paused=link.held)
    return Condition(up=link.up or link.held, paused=link.held)


def _store(
    tx: Tx, process: str, due: Mapping[str, Condition], events: Mapping[str, list[LinkEvent]], now_ms: int
) -> None:
    for name, found in due.items():
        links.report(tx, name, found, now_ms, process)
        links.happened(tx, name, events[name], now_ms)
