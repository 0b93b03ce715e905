"""Submit: claims due steps in batches, gives them to their links and stores the outcomes.

The outcomes of one batch and the claim of the next share a transaction, so a batch costs one commit. No more is
claimed than some link has room for, because a claim is a lease.

Each loop serves one channel, so what waits behind a slow or dead link of another holds it up no more than it must.

Among the links of a channel the first with room is asked. What it is too busy for, or refuses but not for good, the
next one is asked for, as long as the lease allows. A route names its links and their order; the next of them is asked
when the one before is down, refuses, or had no room for as long as the route has patience.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Submission
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.ports import Connector
from tolmach.core.traffic import lanes
from tolmach.services.delivery import LEASE, Delivery, Submitted
from tolmach.services.progress import Effects
from tolmach.store import queue
from tolmach.store.database import Database, Tx
from tolmach.store.queue import Kind
from tolmach.workers.bell import Bell
from tolmach.workers.links import Links

log = structlog.get_logger()

BATCH = 500
POLL_SECONDS = 1.0  # other processes (the command line) ring no bell here
GATHER_SECONDS = 0.02  # after a small batch: under load the next one is larger, and a turn costs the same
ROOM_SECONDS = 0.05  # how often links without room are looked at
NO_LINK = Busy(retry_after=30)
NO_ROOM = Busy(retry_after=2)
LONGEST_PAUSE = 60.0  # seconds between two looks at a route without room
LINK_SHARE = 0.75  # of the lease, for all links that are asked
LAST_START = 0.08  # of the lease: after it no other link is asked, since each may take its time


class SubmitWorker:
    """One loop of claim, submit and settle for a channel (None: all) over its links, those to be preferred first."""

    def __init__(
        self,
        name: str,
        database: Database,
        delivery: Delivery,
        links: Links,
        clock: Clock,
        channel: Channel | None = None,
    ) -> None:
        self._name = name
        self._channel = channel
        self._lanes = lanes(channel)
        self._database = database
        self._delivery = delivery
        self._all_links = links
        self._clock = clock
        self._stopping = False

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the answers that are still out are stored."""
        self._stopping = True

    async def run(self, due: Bell, told: Bell) -> None:
        """Work until `stop`; woken by ``due``, rings ``told`` when there are callbacks."""
        results: list[Submitted] = []
        while results or not self._stopping:
            if not self._room and not results:
                await asyncio.sleep(ROOM_SECONDS)
                continue
            try:
                effects, claimed = await self._turn(results)
                results = []
            except StoreUnavailableError as error:
                log.error("submit cannot use the database", worker=self._name, error=str(error))
                await asyncio.sleep(POLL_SECONDS)  # the answers are kept for the next turn
                continue
            except Exception:
                log.exception("submit failed", worker=self._name)
                await self._settle_alone(results)
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

    @property
    def _links(self) -> Sequence[Connector]:
        links = self._all_links.current
        return links if self._channel is None else [link for link in links if self._channel in link.channels]

    @property
    def _room(self) -> int:
        """Legs that may be claimed: what the roomiest link can take. Without any link all are put off."""
        return min(BATCH, max((link.room for link in self._links), default=BATCH))

    async def _turn(self, results: Sequence[Submitted]) -> tuple[Effects, Sequence[Submission]]:
        room = self._room

        def work(tx: Tx) -> tuple[Effects, Sequence[Submission]]:
            now = self._clock.now()  # not before: the lease begins when the write does, however long it waited
            settled = self._delivery.settle(tx, results, now)
            if self._stopping:
                return settled, ()
            ended, claimed = self._delivery.claim(tx, self._name, now, room, self._channel)
            return settled | ended, claimed

        return await self._database.write(work)

    async def _settle_alone(self, results: Sequence[Submitted]) -> None:
        """Store answers one by one: one that cannot be stored must not have its neighbours, or itself, sent again."""
        for result in results:
            if not await self._stored(result):
                await self._stored(replace(result, outcome=Lost("its answer could not be stored")))

    async def _stored(self, result: Submitted) -> bool:
        now = self._clock.now()
        try:
            await self._database.write(lambda tx: self._delivery.settle(tx, [result], now))
        except Exception as error:
            log.error("an answer cannot be stored", leg=result.submission.leg, error=type(error).__name__)
            return False
        return True

    async def _rest(self, due: Bell) -> None:
        """Sleep until something is due, without writing anything."""
        while not self._stopping:
            next_due = await self._database.read(lambda tx: queue.next_due(tx, Kind.SUBMIT, self._lanes))
            pause = POLL_SECONDS if next_due is None else _seconds(from_ms(next_due), self._clock.now())
            if pause <= 0:
                return
            await due.wait(min(pause, POLL_SECONDS))

    async def _submit(self, claimed: Sequence[Submission]) -> list[Submitted]:
        at = to_ms(self._clock.now())
        groups: dict[tuple[Channel, tuple[str, ...] | None], list[Submission]] = {}
        for submission in claimed:
            groups.setdefault((submission.channel, submission.route), []).append(submission)
        # side by side: they were claimed together, so the lease of all runs while one link is slow
        answered = await asyncio.gather(*(self._submit_by(batch) for batch in groups.values()))
        return [
            Submitted(submission, link, outcome, at)
            for batch, answers in zip(groups.values(), answered, strict=True)
            for submission, (link, outcome) in zip(batch, answers, strict=True)
        ]

    async def _submit_by(self, batch: Sequence[Submission]) -> Sequence[tuple[str, Outcome]]:
        """Submit what has one channel and one route."""
        channel, names = batch[0].channel, batch[0].route
        links = [link for link in self._links if channel in link.channels]
        if names is not None:
            links = self._all_links.ready(links, names, batch[0].patience)
            if not links:
                return [("", _later(submission.attempt)) for submission in batch]
        return await _submit_to(links, batch, strict=names is not None) if links else [("", NO_LINK)] * len(batch)


def _later(attempt: int) -> Busy:
    """Look again soon at first, then ever more seldom: a route may be down for hours."""
    return Busy(min(NO_ROOM.retry_after * 2.0 ** min(attempt - 1, 10), LONGEST_PAUSE))


async def _submit_to(
    links: Sequence[Connector], batch: Sequence[Submission], *, strict: bool = False
) -> Sequence[tuple[str, Outcome]]:
    """Ask one link after the other; return who answered what, in the order of the batch.

    ``strict``: what a link has no room for waits for it instead of going to the next one.
    """
    loop = asyncio.get_running_loop()
    start, lease = loop.time(), LEASE.total_seconds()
    answers: list[tuple[str, Outcome]] = [("", NO_ROOM)] * len(batch)
    left = list(range(len(batch)))
    for link in links:
        if not left or loop.time() > start + lease * LAST_START:
            break
        room = link.room
        asked, left = left[:room], [] if strict and room else left[room:]
        if not asked:
            continue
        outcomes = await _ask(link, [batch[index] for index in asked], start + lease * LINK_SHARE)
        for index, outcome in zip(asked, outcomes, strict=True):
            answers[index] = (link.name, outcome)
        left = sorted(left + [index for index in asked if _may_go_elsewhere(answers[index][1])])
    return answers


async def _ask(link: Connector, batch: Sequence[Submission], deadline: float) -> Sequence[Outcome]:
    """Submit within the lease; a link that fails as a whole leaves every outcome unknown."""
    try:
        async with asyncio.timeout_at(deadline):
            outcomes = await link.submit(batch)
    except Exception as error:
        log.exception("link failed", link=link.name)
        return [Lost(type(error).__name__)] * len(batch)
    if len(outcomes) != len(batch):
        log.error("link answered a wrong number of outcomes", link=link.name)
        return [Lost("wrong number of outcomes")] * len(batch)
    return outcomes


def _may_go_elsewhere(outcome: Outcome) -> bool:
    return isinstance(outcome, Busy) or (isinstance(outcome, Refused) and not outcome.permanent)


def _seconds(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds()
