"""Intake: natural group commit. While one batch is being written the next one gathers; there is no timer.

An id is answered only after the commit of the batch that holds its message. Accounts take turns: one that has much
waiting holds up the others by no more than one batch.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from tolmach.core.clock import Clock
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel
from tolmach.core.errors import CommitUnknownError, Failure, LostAnswerError, RequestError, StoreUnavailableError
from tolmach.core.ids import AccountId
from tolmach.core.limits import BacklogLimits
from tolmach.core.requests import name_of
from tolmach.core.results import Accepted, SendResult
from tolmach.core.traces import Stage, Traces
from tolmach.services.acceptance import Answer, Order, accept
from tolmach.services.access import Principal
from tolmach.services.backlogs import Backlogs
from tolmach.services.catalogue import Catalogue
from tolmach.services.crowding import REMEMBERED
from tolmach.store.database import Database
from tolmach.store.ledger import OverdrawnError
from tolmach.workers.bell import Bells
from tolmach.workers.tally import Tally
from tolmach.workers.turns import Turns
from tolmach.workers.wakeups import SELDOM_SECONDS

log = structlog.get_logger()

BATCH_DRAFTS = 4_000  # keeps one transaction well below the time a caller waits for
SHARED_DRAFTS = 250  # the same while several accounts send: one with long lists must not make the others slow
SIDE_BY_SIDE = 2  # batches; where one transaction writes at a time, only what is short beside a long list
WORTH_DRAFTS = 24  # for a batch beside another one, which takes what has come meanwhile along when it is short
SHORT_DRAFTS = 500  # of a batch beside another: long lists are written one after the other, what is short beside them
SOON = timedelta(seconds=SELDOM_SECONDS + 5)  # who waits looks that often without a bell, and sees what comes next
WAITING_DRAFTS = 200_000  # above it callers are told to come back


@dataclass(frozen=True, slots=True)
class _Waiting:
    order: Order
    answer: asyncio.Future[SendResult]


class IntakeWorker:
    """Writes send commands in batches and answers each caller. Rings ``accepted`` when something due soon is there."""

    def __init__(
        self, database: Database, catalogue: Catalogue, clock: Clock, accepted: Bells, tally: Tally | None = None
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._accepted = accepted
        self._tally = tally or Tally()
        self.backlogs = Backlogs(BacklogLimits())  # without bounds, unless others are put in its place
        self._waiting = Turns[_Waiting]()
        self._last: AccountId | None = None  # who sent last
        self._drafts = 0
        self._writing = 0  # drafts in the batches that are being written
        self._closed = False
        self._arrived = asyncio.Event()
        self.traces: Traces | None = None

    async def send(self, principal: Principal, command: SendMessages, request: str = "") -> SendResult:
        """Return the result once it is committed; `RequestError`, and LostAnswerError when intake ends meanwhile, or
        the database is lost during the commit.

        ``request``: see `tolmach.core.requests`.
        """
        if self._drafts > WAITING_DRAFTS:
            raise RequestError(Failure.BUSY, "intake queue is full")
        if self._closed:
            raise RequestError(Failure.BUSY, "shutting down")
        if not command.dry_run:
            self.backlogs.check(principal.account, command.drafts)
        order = Order(principal, command, request=request)
        answer: asyncio.Future[SendResult] = asyncio.get_running_loop().create_future()
        if self._last not in (None, principal.account):
            self._database.crowd.gather(REMEMBERED)
        self._last = principal.account
        self._waiting.add(principal.account, _Waiting(order, answer), len(command.drafts))
        self._drafts += len(command.drafts)
        self._arrived.set()
        return await answer

    async def run(self) -> None:
        """Write batch after batch until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(1, SIDE_BY_SIDE):
                    group.create_task(self._write_all())
                await self._write_all()
        finally:
            self._closed = True
            for waiting in self._waiting.drain():
                _fail(waiting, RequestError(Failure.BUSY, "shutting down"))

    async def _write_all(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while batch := self._gather():
                size = sum(len(waiting.order.command.drafts) for waiting in batch)
                self._writing += size
                try:
                    await self._write(batch)
                except BaseException:
                    for waiting in batch:
                        _fail(waiting, LostAnswerError("intake has ended"))
                    raise
                finally:
                    self._writing -= size
            if not self._waiting and not self._writing:
                self._waiting.forget()

    def _gather(self) -> list[_Waiting]:
        """Return what is written next; beside others only what is worth a batch of its own, and short."""
        batch: list[_Waiting] = []
        drafts, most = 0, SHARED_DRAFTS if self._database.crowd else BATCH_DRAFTS
        beside = self._writing > 0
        if beside:
            # one writer would only do one after the other
            worth = self._drafts >= WORTH_DRAFTS and self._database.place.shared
            most = SHORT_DRAFTS if worth or self._writing > SHORT_DRAFTS else 0
        while self._waiting and (not (batch or beside) or drafts + self._waiting.size() <= most):
            waiting = self._waiting.take()
            size = len(waiting.order.command.drafts)
            drafts += size
            self._drafts -= size
            if not waiting.answer.done():  # else the caller has gone
                batch.append(waiting)
        return batch

    async def _write(self, batch: list[_Waiting]) -> None:
        orders = [waiting.order for waiting in batch]
        since = 0 if self.traces is None else self.traces.now()
        try:
            answers = await self._accept(orders)
        except StoreUnavailableError as error:
            _unwritten(batch, error)
        except Exception:
            await self._write_one_by_one(batch)
        else:
            if self.traces is not None:
                _record(self.traces, orders, answers, since)
            self._accepted.ring(_due_soon(orders, answers, self._clock.now() + SOON))
            trials = [order.command.dry_run for order in orders]
            both = zip(answers, trials, strict=True)
            self._tally.taken([one for one, trial in both if isinstance(one, SendResult) and not trial])
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.order.command.dry_run:
                    self.backlogs.add(waiting.order.principal.account, waiting.order.command.drafts)
                _answer(waiting, answer)

    async def _accept(self, orders: Sequence[Order]) -> list[Answer]:
        """Accept by balances that others may change meanwhile: writers of one account wait for nothing but each other's
        commits. Where that took the money, again and alone.
        """
        now, full = self._clock.now(), self.backlogs.full
        rows = sum(len(order.command.drafts) for order in orders)
        try:
            return await self._database.write(
                lambda tx: accept(tx, self._catalogue, orders, now, full, locked=False), rows
            )
        except OverdrawnError:
            return await self._database.write(lambda tx: accept(tx, self._catalogue, orders, now, full), rows)

    async def _write_one_by_one(self, batch: list[_Waiting]) -> None:
        """Keep one command that cannot be written from failing its neighbours."""
        if len(batch) > 1:
            for waiting in batch:
                await self._write([waiting])
        else:
            order = batch[0].order
            log.exception("a send command failed", account=order.principal.account, request_id=name_of(order.request))
            _fail(batch[0], RequestError(Failure.INTERNAL))


def _due_soon(orders: Sequence[Order], answers: Sequence[Answer], until: datetime) -> set[Channel]:
    """Return the channels of commands of which something is due before a moment: the rest is found in time."""
    near = [
        order.command
        for order, answer in zip(orders, answers, strict=True)
        if isinstance(answer, SendResult) and answer.sends_at < until
    ]
    return {draft.steps[0].channel for command in near for draft in command.drafts if draft.steps}


def _answer(waiting: _Waiting, answer: Answer) -> None:
    if isinstance(answer, RequestError):
        _fail(waiting, answer)
    elif not waiting.answer.done():
        waiting.answer.set_result(answer)


def _unwritten(batch: Sequence[_Waiting], error: StoreUnavailableError) -> None:
    """Have who surely was not written come again; who perhaps was is told nothing, since he would send it twice."""
    perhaps = isinstance(error, CommitUnknownError)
    log.error("intake cannot tell what is written" if perhaps else "intake cannot write", error=str(error))
    for waiting in batch:
        if perhaps:
            _fail(waiting, LostAnswerError("the database was lost during the commit"))
        else:
            _fail(waiting, RequestError(Failure.BUSY, "the database cannot write"))


def _fail(waiting: _Waiting, error: RequestError | LostAnswerError) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)


def _record(traces: Traces, orders: Sequence[Order], answers: Sequence[Answer], since: int) -> None:
    """Record the transaction of a batch below each of its requests."""
    for order, answer in zip(orders, answers, strict=True):
        taken = sum(isinstance(item, Accepted) for item in answer.items) if isinstance(answer, SendResult) else 0
        facts = {
            "tolmach.account": int(order.principal.account),
            "tolmach.messages": taken,
            "tolmach.batch.requests": len(orders),
        }
        failure = answer.failure.value if isinstance(answer, RequestError) else ""
        traces.record(Stage.COMMIT, order.request, facts, since, failure)
