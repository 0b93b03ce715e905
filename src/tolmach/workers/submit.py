"""Submit: claims due steps in batches, gives them to their links and stores the outcomes.

The outcomes of one batch and the claim of the next share a transaction, so a batch costs one commit.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.delivery import Busy, Lost, Outcome, Submission
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.ports import Connector
from tolmach.services.delivery import LEASE, Delivery, Submitted
from tolmach.services.progress import Effects
from tolmach.store import queue
from tolmach.store.database import Database, Tx
from tolmach.store.queue import Kind
from tolmach.workers.bell import Bell

log = structlog.get_logger()

BATCH = 500
POLL_SECONDS = 1.0  # other processes (the command line) ring no bell here
GATHER_SECONDS = 0.02  # after a small batch: under load the next one is larger, and a turn costs the same
NO_LINK = Busy(retry_after=30)


class SubmitWorker:
    """One loop of claim, submit and settle. ``links`` are the connectors by channel."""

    def __init__(
        self, name: str, database: Database, delivery: Delivery, links: Mapping[Channel, Connector], clock: Clock
    ) -> None:
        self._name = name
        self._database = database
        self._delivery = delivery
        self._links = links
        self._clock = clock
        self._stopping = False

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the answers that are still out are stored."""
        self._stopping = True

    async def run(self, due: Bell, told: Bell) -> None:
        """Work until `stop`; woken by ``due``, rings ``told`` when there are callbacks."""
        results: list[Submitted] = []
        while results or not self._stopping:
            try:
                effects, claimed = await self._turn(results)
                results = []
            except OperationalError as error:
                log.error("submit cannot use the database", worker=self._name, error=str(error.orig))
                await asyncio.sleep(POLL_SECONDS)  # the answers are kept for the next turn
                continue
            except Exception:
                log.exception("submit failed; its leases run out by themselves", worker=self._name)
                results = []
                await asyncio.sleep(POLL_SECONDS)
                continue
            if effects.callbacks:
                told.ring()
            if claimed:
                results = await self._submit(claimed)
                if len(claimed) < BATCH // 4:
                    await asyncio.sleep(GATHER_SECONDS)
            else:
                await self._rest(due)

    async def _turn(self, results: Sequence[Submitted]) -> tuple[Effects, Sequence[Submission]]:
        now = self._clock.now()

        def work(tx: Tx) -> tuple[Effects, Sequence[Submission]]:
            settled = self._delivery.settle(tx, results, now)
            if self._stopping:
                return settled, ()
            ended, claimed = self._delivery.claim(tx, self._name, now, BATCH)
            return settled | ended, claimed

        return await self._database.write(work)

    async def _rest(self, due: Bell) -> None:
        """Sleep until something is due, without writing anything."""
        while not self._stopping:
            next_due = await self._database.read(lambda tx: queue.next_due(tx, Kind.SUBMIT))
            pause = POLL_SECONDS if next_due is None else _seconds(from_ms(next_due), self._clock.now())
            if pause <= 0:
                return
            await due.wait(min(pause, POLL_SECONDS))

    async def _submit(self, claimed: Sequence[Submission]) -> list[Submitted]:
        at = to_ms(self._clock.now())
        by_channel: dict[Channel, list[Submission]] = {}
        for submission in claimed:
            by_channel.setdefault(submission.channel, []).append(submission)
        results: list[Submitted] = []
        for channel, batch in by_channel.items():
            link = self._links.get(channel)
            name = "" if link is None else link.name
            outcomes = [NO_LINK] * len(batch) if link is None else await _submit_to(link, batch)
            results += [Submitted(s, name, outcome, at) for s, outcome in zip(batch, outcomes, strict=True)]
        return results


async def _submit_to(link: Connector, batch: Sequence[Submission]) -> Sequence[Outcome]:
    """Submit within the lease; a link that fails as a whole leaves every outcome unknown."""
    try:
        async with asyncio.timeout(LEASE.total_seconds() * 0.75):
            outcomes = await link.submit(batch)
    except Exception as error:
        log.exception("link failed", link=link.name)
        return [Lost(type(error).__name__)] * len(batch)
    if len(outcomes) != len(batch):
        log.error("link answered a wrong number of outcomes", link=link.name)
        return [Lost("wrong number of outcomes")] * len(batch)
    return outcomes


def _seconds(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds()
