"""Retention: lets what is too old leave, in small pieces with pauses or as whole partitions, so that nobody waits.

A piece is archived first, where that is asked for, and deleted when its file is on the disk.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from tolmach.core.clock import Clock
from tolmach.core.ids import AccountId
from tolmach.core.limits import KeepingRules
from tolmach.core.moments import from_ms, to_ms
from tolmach.services import retention as services
from tolmach.services.retention import Due, Fate
from tolmach.store import accounts as stored_accounts
from tolmach.store import leaving, retention
from tolmach.store.archive import Archive, ArchiveInUseError, Record
from tolmach.store.database import Database, Tx
from tolmach.store.messages import Message
from tolmach.store.partitions import Span
from tolmach.store.postgresql import PostgresqlServer
from tolmach.workers.rounds import rounds

log = structlog.get_logger()

FILE = 5_000  # messages that are looked up, and archived in a file, at a time
PIECE = 200  # messages that one transaction deletes: a few milliseconds
ROWS = 6  # of a message, in all tables together
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
        await rounds(self._round, EVERY_SECONDS, "what is too old cannot leave")

    async def _round(self) -> None:
        try:
            await self.turn()
        except ArchiveInUseError as error:
            log.info("what is too old leaves with somebody else", reason=str(error))

    async def turn(self) -> int:
        """Let everything leave that is to leave now; return how many messages that were. ArchiveInUseError."""
        with nullcontext() if self._archive is None else self._archive.alone():
            return await self._turn()

    async def _turn(self) -> int:
        now = self._clock.now()
        fates = await self._database.read(lambda tx: services.fates(tx, self._rules, now))
        gone = await self._partitions([span for span, fate in fates.items() if fate is Fate.GOES])
        some = [span for span, fate in fates.items() if fate is Fate.STAYS]
        for due in await self._database.read(lambda tx: services.due(tx, self._rules.days, now)):
            count = sum([await self._leave(due, span) for span in some])
            gone += count
            if count:
                log.info("messages have left", account=due.account, count=count)
        await self._campaigns(now)
        await self._strays(now)
        await self._letters(now)
        return gone

    async def _leave(self, due: Due, span: Span) -> int:
        """Delete what is due of an account in a range of ids."""
        gone = 0
        async for found in self._final(due.account, span._replace(end=min(span.end, due.below))):
            await self._write_down(due.login, found)
            gone += await self._forget(found)
        return gone

    async def _forget(self, found: Sequence[Message]) -> int:
        """Delete messages piece by piece; pieces are smaller while they are in somebody's way."""
        start = 0
        while start < len(found):
            piece = found[start : start + self._database.pile(PIECE)]
            await self._database.write_pile(lambda tx, piece=piece: retention.forget(tx, piece), ROWS * len(piece))  # type: ignore[misc]
            await asyncio.sleep(self._pause)
            start += len(piece)
        return len(found)

    async def _final(self, account: AccountId, span: Span) -> AsyncIterator[Sequence[Message]]:
        """Yield the messages of an account in a range of ids that are final, a file's worth at a time."""
        behind = span.first - 1
        while found := await self._database.read(
            lambda tx, behind=behind: retention.final(tx, account, behind, span.end, FILE)  # type: ignore[misc]
        ):
            yield found
            behind = found[-1].id

    async def _partitions(self, spans: Sequence[Span]) -> int:
        """Let whole ranges of ids leave."""
        gone = 0
        for span in spans:
            if await self._database.read(lambda tx, span=span: leaving.leaves(tx, span)):  # type: ignore[misc]
                continue  # somebody reads there all the time, as a backup does
            gone += await self._database.read(lambda tx, span=span: leaving.count(tx, span))  # type: ignore[misc]
            await self._partition(span)
        place = self._database.place
        if isinstance(place, PostgresqlServer) and await self._database.read(leaving.marked):
            dropped = await asyncio.to_thread(leaving.go, place)
            log.info("partitions have left", tables=list(dropped))
        return gone

    async def _partition(self, span: Span) -> None:
        """Archive a range, delete what is kept elsewhere of it, and mark it."""
        if self._archive is not None:
            people = await self._database.read(stored_accounts.everyone)
            logins = {one.id: one.login for one in people}
            for owner in await self._database.read(lambda tx: leaving.owners(tx, span)):
                async for found in self._final(owner.account, span):
                    await self._write_down(logins.get(owner.account, str(owner.account)), found)
        for piece in await self._database.read(lambda tx: leaving.pieces(tx, span)):
            await self._database.write_pile(lambda tx, piece=piece: leaving.forget_around(tx, piece), PIECE)  # type: ignore[misc]
            await asyncio.sleep(self._pause)
        await self._database.write(lambda tx: leaving.mark(tx, span))

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
            if records:
                path = await asyncio.to_thread(archive.write, login, month, records)
                log.info("messages are archived", file=f"{month}/{path.name}", count=len(records))

    async def _campaigns(self, now: datetime) -> None:
        """Delete campaigns that are left empty, also by a partition that took the last messages of an account."""
        for account, before in await self._database.read(lambda tx: services.emptied(tx, self._rules.days, now)):
            await self._repeat(
                lambda tx, account=account, before=before: retention.forget_campaigns(tx, account, before, PIECE)  # type: ignore[misc]
            )

    async def _strays(self, now: datetime) -> None:
        before = to_ms(now - timedelta(days=self._rules.stray_days))
        if self._rules.stray_days:
            await self._repeat(lambda tx: retention.forget_strays(tx, before, PIECE))

    async def _letters(self, now: datetime) -> None:
        before = to_ms(now - timedelta(days=self._rules.inbox_days))
        if self._rules.inbox_days:
            await self._repeat(lambda tx: retention.forget_letters(tx, before, PIECE))

    async def _repeat(self, forget: Callable[[Tx], int]) -> None:
        """Let pieces go until one is not whole."""
        gone = PIECE
        while gone == PIECE:
            gone = await self._database.write_pile(forget, PIECE)
            await asyncio.sleep(self._pause)
