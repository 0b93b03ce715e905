"""Retention: lets what is too old leave, in small pieces with pauses, so that nobody waits for it.

A piece is archived first, where that is asked for, and deleted when its file is on the disk.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from tolmach.core.clock import Clock
from tolmach.core.limits import KeepingRules
from tolmach.core.moments import from_ms, to_ms
from tolmach.services import retention as services
from tolmach.services.retention import Due
from tolmach.store import retention
from tolmach.store.archive import Archive, Record
from tolmach.store.database import Database, Tx
from tolmach.store.messages import Message
from tolmach.workers.rounds import rounds

log = structlog.get_logger()

FILE = 5_000  # messages that are looked up, and archived in a file, at a time
PIECE = 200  # messages that one transaction deletes: a few milliseconds
PAUSE_SECONDS = 0.05  # between two pieces: 4,000 messages a second at most
EVERY_SECONDS = 600.0


class RetentionWorker:
    """Looks every ten minutes for what is to leave."""

    def __init__(
        self,
        database: Database,
        rules: KeepingRules,
        archive: Archive | None,
        clock: Clock,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        self._database = database
        self._rules = rules
        self._archive = archive
        self._clock = clock
        self._pause = pause

    async def run(self) -> None:
        """Work until cancelled."""
        await rounds(self.turn, EVERY_SECONDS, "what is too old cannot leave")

    async def turn(self) -> int:
        """Let everything leave that is to leave now; return how many messages that were."""
        now, gone = self._clock.now(), 0
        for due in await self._database.read(lambda tx: services.due(tx, self._rules.days, now)):
            count = await self._leave(due)
            await self._campaigns(due)
            gone += count
            if count:
                log.info("messages have left", account=due.account, count=count)
        await self._strays(now)
        return gone

    async def _leave(self, due: Due) -> int:
        behind, gone = 0, 0
        while found := await self._database.read(
            lambda tx, behind=behind: retention.final(tx, due.account, behind, due.below, FILE)  # type: ignore[misc]
        ):
            await self._write_down(due.login, found)
            for start in range(0, len(found), PIECE):
                piece = found[start : start + PIECE]
                await self._database.write(lambda tx, piece=piece: retention.forget(tx, piece))  # type: ignore[misc]
                await asyncio.sleep(self._pause)
            behind = found[-1].id
            gone += len(found)
        return gone

    async def _write_down(self, login: str, found: Sequence[Message]) -> None:
        """Archive messages, in a file for each month in which they were accepted."""
        archive = self._archive
        if archive is None:
            return
        for month, group in groupby(found, lambda message: f"{from_ms(message.accepted_at):%Y-%m}"):
            records, some = list[Record](), list(group)
            for start in range(0, len(some), PIECE):
                piece = some[start : start + PIECE]
                records += await self._database.read(lambda tx, piece=piece: services.records(tx, login, piece))  # type: ignore[misc]
                await asyncio.sleep(self._pause)
            path = await asyncio.to_thread(archive.write, login, month, records)
            log.info("messages are archived", file=path.name, count=len(records))

    async def _campaigns(self, due: Due) -> None:
        await self._repeat(lambda tx: retention.forget_campaigns(tx, due.account, due.before, PIECE))

    async def _strays(self, now: datetime) -> None:
        before = to_ms(now - timedelta(days=self._rules.stray_days))
        if self._rules.stray_days:
            await self._repeat(lambda tx: retention.forget_strays(tx, before, PIECE))

    async def _repeat(self, forget: Callable[[Tx], int]) -> None:
        """Let pieces go until one is not whole."""
        gone = PIECE
        while gone == PIECE:
            gone = await self._database.write(forget)
            await asyncio.sleep(self._pause)
