"""Callbacks: tells clients about statuses, one POST at a time per account, accounts side by side."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

import structlog

from tolmach.connectors.client import CallbackClient, UnreachableError
from tolmach.core.clock import Clock
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms
from tolmach.core.requests import name_of
from tolmach.core.traces import Traces
from tolmach.dialects.contract import Push
from tolmach.services.notices import Notice, Notices
from tolmach.store import callbacks
from tolmach.store.database import Database
from tolmach.workers.bell import Bell
from tolmach.workers.posting import Posting
from tolmach.workers.rounds import complain
from tolmach.workers.tally import Tally

log = structlog.get_logger()

AT_ONCE = 50
POLL_SECONDS = 1.0
SOON_SECONDS = 1.0  # what is due and not taken waits for somebody who is busy
FAREWELL_SECONDS = 3.0  # for the answers that are out when it is stopped: what is told without one is told again


class CallbacksWorker:
    """Posts due callbacks and stores what was acknowledged."""

    def __init__(
        self,
        database: Database,
        notices: Notices,
        push: Push,
        client: CallbackClient,
        clock: Clock,
        tally: Tally | None = None,
    ) -> None:
        self._database = database
        self._notices = notices
        self._push = push
        self._client = client
        self._clock = clock
        self._tally = tally or Tally()
        self._until_due = POLL_SECONDS
        self.pause: Callable[[], float] = lambda: POLL_SECONDS
        """Seconds after which it looks by itself whether something is due."""
        self._busy: dict[AccountId, asyncio.Task[None]] = {}
        self.traces: Traces | None = None

    async def run(self, told: Bell) -> None:
        """Work until cancelled, and until what is being told then is answered or late; woken by ``told``."""
        try:
            while True:
                try:
                    await self._turn(told)
                except Exception as error:
                    complain("callbacks cannot use the database", error)
                await told.wait(self._until_due)
        finally:
            telling = list(self._busy.values())
            if telling:
                await asyncio.wait(telling, timeout=FAREWELL_SECONDS)
            for task in telling:
                task.cancel()
            await asyncio.gather(*telling, return_exceptions=True)

    async def _turn(self, told: Bell) -> None:
        next_due = await self._database.read(callbacks.next_due)
        now = self._clock.now()
        self._until_due = self.pause()
        if next_due is not None:
            self._until_due = min(self._until_due, max(SOON_SECONDS, (from_ms(next_due) - now).total_seconds()))
        if next_due is None or from_ms(next_due) > now or len(self._busy) >= AT_ONCE:
            return
        busy = frozenset(self._busy)
        notices = await self._database.write(lambda tx: self._notices.claim(tx, now, busy, AT_ONCE - len(busy)))
        for notice in notices:
            task = asyncio.create_task(self._tell(notice, told))
            self._busy[notice.account] = task

    async def _tell(self, notice: Notice, told: Bell) -> None:
        try:
            error, acknowledged = "", frozenset[int]()
            request, posting = self._push.request(notice.url, notice.states), Posting()
            if self.traces is not None:
                posting = Posting.begin(self.traces, notice)
                request = replace(request, headers={**request.headers, **posting.headers})
            try:
                response = await self._client.send(request)
                acknowledged = self._push.acknowledged(response)
                error = "" if response.status < 400 else f"HTTP {response.status}"
            except UnreachableError as unreachable:
                error = str(unreachable)
            posting.end(acknowledged, error)
            now = self._clock.now()
            counts = await self._database.write_pile(
                lambda tx: self._notices.settle(tx, notice, acknowledged, error, now), len(notice.states)
            )
            self._tally.posted(counts)
            if log.is_enabled_for(logging.DEBUG):
                messages = [(state.message, name_of(state.request)) for state in notice.states]
                log.debug("callback posted", account=notice.account, error=error, messages=messages, **counts)
        except Exception as failure:  # its lease runs out and it is tried again
            complain("a callback failed", failure, account=notice.account)
        finally:
            self._busy.pop(notice.account, None)
            told.ring()
