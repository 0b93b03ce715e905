"""Submit: claims due steps in batches, gives them to their links and stores the outcomes.

The outcomes of one batch and the claim of the next share a transaction, so a batch costs one commit. No more is
claimed than some link has room for, because a claim is a lease.

Answers are stored as they come: a large batch is handed over in pieces of its link's grain, and what has come is
written while the rest is still out. So a process that dies leaves few messages that were sent and say nothing of it.
A loop does not wait for the last of them for long: what has no answer yet stays out while more is claimed.

Each loop serves one channel, so what waits behind a slow or dead link of another holds it up no more than it must.

Among the links of a channel the first with room is asked. What it is too busy for, or refuses but not for good, the
next one is asked for, as long as the lease allows. A route names its links and their order; the next of them is asked
when the one before is down, refuses, or had no room for as long as the route has patience.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

import structlog

from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.delivery import Busy, Lost, Outcome, Sent, Submission
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.ids import split_id
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.ports import Connector
from tolmach.core.requests import name_of
from tolmach.core.traces import Traces
from tolmach.core.traffic import lanes
from tolmach.services.delivery import LEASE, Delivery, Submitted, Wanted
from tolmach.services.early import Held
from tolmach.services.progress import Effects
from tolmach.store import queue
from tolmach.store.database import Database, Tx
from tolmach.store.queue import Kind
from tolmach.workers import spans
from tolmach.workers.bell import Bell
from tolmach.workers.links import Links
from tolmach.workers.piece import Gradual, Piece, may_go_elsewhere
from tolmach.workers.rounds import complain

log = structlog.get_logger()

BATCH = 500  # steps that are claimed, and answers that are stored, in one transaction
POLL_SECONDS = 1.0  # other processes (the command line) ring no bell here
GATHER_SECONDS = 0.02  # after a small batch: under load the next one is larger, and a turn costs the same
EARLY_PIECES = 2  # after which answers are stored, though others of their batch are still out: a link waits for that
EARLY_SECONDS = 0.05  # the same, while no more come
PATIENCE = 0.5  # seconds without an answer to a whole piece, after which the loop goes on without those that are out
MOST_OUT = 20  # pieces that are out while more is claimed
ROOM_SECONDS = 0.05  # how often links without room are looked at
DOWN_SECONDS = 0.25  # the same while all of them are down
LONGEST_LEFT = 1.0
ELSEWHERE = Busy(retry_after=0.2)  # a link that is up in another process has to carry it
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
        self._answers: list[Submitted] = []  # that are not stored yet
        self._out: dict[asyncio.Task[None], Piece] = {}  # that no batch waits for any more
        self._looked = 0.0  # when it was last looked what has come of them
        self._claimed = 0  # by the last turn, and so about as many as the next will
        self._in_vain = False  # whether nothing could be claimed when something was due
        self._left = 0.0  # seconds to wait after batches of which others can carry everything
        self.pause: Callable[[], float] = lambda: POLL_SECONDS
        """Seconds after which it looks by itself whether something is due."""
        self.planned: Callable[[], None] = lambda: None
        """Called when an answer has given other loops something to send: the next step of a cascade."""
        self.traces: Traces | None = None

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the answers that are still out are stored."""
        self._stopping = True

    async def run(self, due: Bell, told: Bell) -> None:
        """Work until `stop`; woken by ``due``, rings ``told`` when there are callbacks."""
        try:
            while self._out or self._answers or not self._stopping:
                await self._round(due, told)
        finally:
            for piece in self._out:
                piece.cancel()

    async def _round(self, due: Bell, told: Bell) -> None:
        """Store what has come and claim as much as there is room for, and submit that; else rest."""
        self._look()
        results = list(self._answers)
        if not results and (self._stopping or not self._room):
            await asyncio.sleep(ROOM_SECONDS if any(link.up for link in self._links) else DOWN_SECONDS)
            return
        try:
            effects, claimed = await self._turn(results, self._room)
            self._delivery.taken(self._name, claimed)
            self._claimed = len(claimed)
            del self._answers[: len(results)]
        except StoreUnavailableError as error:
            complain("submit cannot use the database", error)
            self._delivery.early.let_go(result.submission.leg for result in results)
            await asyncio.sleep(POLL_SECONDS)  # the answers are kept for the next turn
            return
        except Exception:
            log.exception("submit failed", worker=self._name)
            self._answers[: len(results)] = await self._settle_alone(results)
            await asyncio.sleep(POLL_SECONDS)
            return
        self._announce(effects, told)
        if claimed:
            self._in_vain = False
            self._note(claimed)
            await self._submit(claimed, due, told)
            await self._leave(self._answers)
            if len(claimed) < self._database.pile(BATCH) // 4:
                await asyncio.sleep(GATHER_SECONDS)
        else:
            await self._rest(due)

    def _look(self) -> None:
        """Take what has come of pieces that are out."""
        for task in [task for task in self._out if task.done()]:
            del self._out[task]
            task.result()
        now = asyncio.get_running_loop().time()
        if self._out and now - self._looked >= PATIENCE:
            self._looked = now
            self._gather(self._out.values())

    def _gather(self, pieces: Collection[Piece]) -> None:
        """Take what has come of pieces that have not ended."""
        links = {piece.link.name: piece.link for piece in pieces if isinstance(piece.link, Gradual)}
        so_far = {name: link.so_far() for name, link in links.items()}
        for piece in pieces:
            if piece.link is not None and piece.link.name in so_far:
                self._take(piece.come(piece.link.name, so_far[piece.link.name]))

    def _take(self, answers: Sequence[Submitted]) -> None:
        for answer in answers:
            if answer.link:
                self._all_links.tally.submitted(answer.link, answer.outcome)
        self._answers += answers

    def _announce(self, effects: Effects, told: Bell) -> None:
        if effects.steps:
            self.planned()
        if effects.callbacks:
            told.ring()
        if self.traces is not None and effects.heard:
            spans.heard(self.traces, effects.heard, self.traces.now())

    @property
    def _links(self) -> Sequence[Connector]:
        links = self._all_links.current
        return links if self._channel is None else [link for link in links if self._channel in link.channels]

    @property
    def _room(self) -> int:
        """Legs that may be claimed: what the roomiest link can take. Without any link all are put off."""
        most = self._database.pile(BATCH)
        return min(most, max((link.room for link in self._links), default=most))

    async def _turn(self, results: Sequence[Submitted], room: int) -> tuple[Effects, Sequence[Submission]]:
        """Store answers, with what was told early of them, and claim what there is room for."""
        early = self._delivery.early.of((result.link, result.outcome) for result in results)
        receipts = [held.receipt for held in early]

        def work(tx: Tx) -> tuple[Effects, Sequence[Submission]]:
            now = self._clock.now()  # not before: the lease begins when the write does, however long it waited
            wanted = Wanted(self._name, 0 if self._stopping else room, self._channel)
            return self._delivery.turn(tx, wanted, results, receipts, now)

        effects, claimed = await self._database.write_pile(work, 1 + len(results) + min(room, self._claimed))
        self._release(results, early)
        return effects, claimed

    def _note(self, claimed: Sequence[Submission]) -> None:
        now = self._clock.now()
        for channel in {submission.channel for submission in claimed}:
            self._all_links.claimed[channel] = now

    def _release(self, stored: Sequence[Submitted], early: Sequence[Held] = ()) -> None:
        legs = [result.submission.leg for result in stored]
        self._delivery.hands.release(result.submission for result in stored)
        self._delivery.early.release(legs, early)
        for link in self._all_links.current:
            link.stored(legs)

    async def _settle_alone(self, results: Sequence[Submitted]) -> list[Submitted]:
        """Store answers one by one: one that cannot be stored must not have its neighbours, or itself, sent again.

        Returns those that are kept for the next turn, since the database went away meanwhile.
        """
        for at, result in enumerate(results):
            try:
                if not await self._stored(result):
                    await self._stored(result._replace(outcome=Lost("its answer could not be stored")))
            except StoreUnavailableError as error:
                complain("submit cannot use the database", error)
                return list(results[at:])
            self._release([result])
        return []

    async def _stored(self, result: Submitted) -> bool:
        now = self._clock.now()
        try:
            await self._database.write(lambda tx: self._delivery.settle(tx, [result], now))
        except StoreUnavailableError:
            raise
        except Exception as error:
            log.error("an answer cannot be stored", leg=result.submission.leg, error=type(error).__name__)
            return False
        return True

    async def _rest(self, due: Bell) -> None:
        """Sleep until something is due, without writing anything; a database that is away has nothing due."""
        while not (self._stopping or self._answers):
            try:
                next_due = await self._database.read(lambda tx: queue.next_due(tx, Kind.SUBMIT, self._lanes))
            except Exception as error:
                complain("submit cannot see what is due", error, worker=self._name)
                await asyncio.sleep(POLL_SECONDS)
                return
            longest = self.pause()
            pause = longest if next_due is None else _seconds(from_ms(next_due), self._clock.now())
            if pause <= 0:
                if self._in_vain:  # somebody else has what is due
                    await asyncio.sleep(GATHER_SECONDS)
                self._in_vain = True
                return
            self._in_vain = False
            await due.wait(min(pause, longest, PATIENCE if self._out else longest))
            self._look()

    async def _leave(self, results: Sequence[Submitted]) -> None:
        """Step back while all that is claimed has to be left to other processes."""
        if results and all(result.outcome is ELSEWHERE for result in results):
            self._left = min(LONGEST_LEFT, self._left * 2 or ROOM_SECONDS)
            await asyncio.sleep(self._left)
        elif results:
            self._left = 0.0

    async def _submit(self, claimed: Sequence[Submission], due: Bell, told: Bell) -> None:
        """Hand a batch over; what is answered then and not stored yet is among the answers.

        All pieces at once: they were claimed together, so the lease of all runs while one link is slow. Those that
        are out when none has come for a while stay out.
        """
        clock, at = asyncio.get_running_loop().time, to_ms(self._clock.now())
        pieces = [Piece(piece, at) for piece in self._pieces(claimed)]
        out = {asyncio.create_task(self._piece(piece)): piece for piece in pieces}
        enough, since = EARLY_PIECES * max(len(piece.submissions) for piece in pieces), clock()
        try:
            while out:
                done, _ = await asyncio.wait(out, timeout=EARLY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    del out[task]
                    task.result()
                since = clock() if done else since
                late = clock() - since >= PATIENCE
                if late:
                    self._gather(out.values())
                if out and self._answers and (not done or len(self._answers) >= enough):
                    await self._store_early(told)
                if late and len(self._out) + len(out) <= MOST_OUT:
                    self._leave_out(out, due)
        finally:
            for task in out:
                task.cancel()

    def _leave_out(self, out: dict[asyncio.Task[None], Piece], due: Bell) -> None:
        """Wait for these no longer; ``due`` is rung when one of them ends."""
        for task in out:
            task.add_done_callback(lambda _: due.ring())
        self._out |= out
        out.clear()

    def _pieces(self, claimed: Sequence[Submission]) -> Iterator[Sequence[Submission]]:
        """Part a batch by channel and route, and by how much of it its first link answers at a time."""
        groups: dict[tuple[Channel, tuple[str, ...] | None], list[Submission]] = {}
        for submission in claimed:
            groups.setdefault((submission.channel, submission.route), []).append(submission)
        for (channel, names), group in groups.items():
            size = next((link.grain for link in self._asked(channel, names) if link.room), BATCH)
            yield from (group[start : start + size] for start in range(0, len(group), size))

    def _asked(self, channel: Channel, names: tuple[str, ...] | None) -> Sequence[Connector]:
        links = [link for link in self._links if channel in link.channels]
        if names is None:
            return links
        return [link for name in names for link in links if link.name == name]

    async def _piece(self, piece: Piece) -> None:
        since = 0 if self.traces is None else self.traces.now()
        outcomes = await self._submit_by(piece)
        if self.traces is not None:
            spans.submitted(self.traces, piece.submissions, outcomes, since)
        if log.is_enabled_for(logging.DEBUG):
            what = zip(piece.submissions, outcomes, strict=True)
            log.debug("submitted", messages=[_told(one, link, out) for one, (link, out) in what])
        self._take(piece.ended(outcomes))

    async def _store_early(self, told: Bell) -> None:
        """Store what has come so far; what cannot be stored now stays for the end of the batch."""
        come = list(self._answers)
        try:
            effects, _ = await self._turn(come, 0)
        except Exception as error:
            log.warning("answers cannot be stored yet", worker=self._name, error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)
            return
        del self._answers[: len(come)]
        self._announce(effects, told)

    async def _submit_by(self, piece: Piece) -> Sequence[tuple[str, Outcome]]:
        """Submit what has one channel and one route."""
        batch = piece.submissions
        channel, names = batch[0].channel, batch[0].route
        links = self._asked(channel, None)
        if names is not None:
            links = self._all_links.ready(links, names, batch[0].patience)
            if not links:
                others = any(map(self._all_links.is_elsewhere, names))
                return [("", ELSEWHERE if others else _later(submission.attempt)) for submission in batch]
        return await _submit_to(links, piece, strict=names is not None) if links else [("", NO_LINK)] * len(batch)


def _told(submission: Submission, link: str, outcome: Outcome) -> tuple[int, str, str, str, str]:
    """Return what the log says of one: message, link, outcome, the request that brought it, and the carrier's ids."""
    ids = " ".join(outcome.provider_ids) if isinstance(outcome, Sent) else ""
    return split_id(submission.leg)[0], link, type(outcome).__name__, name_of(submission.request), ids


def _later(attempt: int) -> Busy:
    """Look again soon at first, then ever more seldom: a route may be down for hours."""
    return Busy(min(NO_ROOM.retry_after * 2.0 ** min(attempt - 1, 10), LONGEST_PAUSE))


async def _submit_to(
    links: Sequence[Connector], piece: Piece, *, strict: bool = False
) -> Sequence[tuple[str, Outcome]]:
    """Ask one link after the other; return who answered what, in the order of the batch.

    ``strict``: what a link has no room for waits for it instead of going to the next one.
    """
    loop, batch = asyncio.get_running_loop(), piece.submissions
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
        piece.link = link
        outcomes = await _ask(link, [batch[index] for index in asked], start + lease * LINK_SHARE)
        for index, outcome in zip(asked, outcomes, strict=True):
            answers[index] = (link.name, outcome)
        left = sorted(left + [index for index in asked if may_go_elsewhere(answers[index][1])])
    return answers


async def _ask(link: Connector, batch: Sequence[Submission], deadline: float) -> Sequence[Outcome]:
    """Submit within the lease; a link that fails as a whole leaves every outcome unknown."""
    try:
        async with asyncio.timeout_at(deadline):
            outcomes = await link.submit(batch)
    except Exception as error:
        log.exception("link failed", link=link.name)
        return [Lost(type(error).__name__, pursued=True)] * len(batch)
    if len(outcomes) != len(batch):
        log.error("link answered a wrong number of outcomes", link=link.name)
        return [Lost("wrong number of outcomes", pursued=True)] * len(batch)
    return outcomes


def _seconds(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds()
