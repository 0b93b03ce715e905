"""Where submits are taken: while one transaction runs the next batch gathers, and nothing is answered before."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import structlog

from tolmach.codecs.smpp.bodies import Body, DataSm, DataSmResp, Failure, SubmitMulti, SubmitMultiResp, SubmitSmResp
from tolmach.codecs.smpp.constants import Status
from tolmach.core.clock import Clock
from tolmach.sandbox import smsc_content
from tolmach.sandbox.faults import FaultBook, Faults, spell
from tolmach.sandbox.outcomes import BUSY_TIMES, Fate
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc_answers import Answers
from tolmach.sandbox.smsc_content import Reading, Refused, Submit
from tolmach.sandbox.smsc_message import Draft, Order, Taken
from tolmach.sandbox.smsc_receipts import Mailbox
from tolmach.sandbox.smsc_tables import Tables

BATCH: Final = 500
REMEMBERED: Final = 10_000
"""Messages to busy phones whose earlier tries are remembered."""

_log = structlog.get_logger(__name__)


class Sender(Protocol):
    """The session that a submit came from."""

    @property
    def system(self) -> str:
        """Its system id."""
        ...

    @property
    def answers(self) -> Answers:
        """Its answers."""
        ...

    @property
    def mailbox(self) -> Mailbox:
        """Where the receipts of its system go."""
        ...

    @property
    def tally(self) -> Counter[str]:
        """The counters of its system."""
        ...


class _Job(NamedTuple):
    sender: Sender
    sequence: int
    kind: type[Submit]
    faults: Faults
    order: Order | None  # None: refused
    failures: tuple[Failure, ...]
    status: int


class Desk:
    """Takes submits of all sessions. ``delay``: from submit to receipt."""

    def __init__(self, phones: Phones, tables: Tables, clock: Clock, book: FaultBook, delay: timedelta) -> None:
        self._phones = phones
        self._tables = tables
        self._clock = clock
        self._book = book
        self._delay = delay
        self._jobs: list[_Job] = []
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy: OrderedDict[tuple[object, ...], int] = OrderedDict()

    def submit(self, sender: Sender, sequence: int, body: Submit) -> None:
        """Take a submit; its answer follows."""
        faults = self._book.of(sender.system)
        sender.answers.expect()
        sender.tally["submits"] += 1
        order: Order | None = None
        failures: tuple[Failure, ...] = ()
        status = self._refusal(sender, faults)
        if not status:
            order, failures, status = self._order(sender.system, body, faults)
        self._jobs.append(_Job(sender, sequence, type(body), faults, order, failures, status))
        self._idle.clear()
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            jobs, self._jobs = self._jobs[:BATCH], self._jobs[BATCH:]
            if self._jobs:
                self._news.set()
            await self._work(jobs)
            if not self._jobs:
                self._idle.set()

    async def drained(self) -> None:
        """Return once everything that came is answered."""
        await self._idle.wait()

    async def _work(self, jobs: Sequence[_Job]) -> None:
        orders = [job.order for job in jobs if job.order is not None]
        taken: Sequence[Taken | None]
        now = self._clock.now()
        try:
            taken = await self._phones.work(lambda _: self._tables.take(orders, now)) if orders else []
        except Exception as error:
            # the shell loop: whatever failed, nothing of this batch is stored, and the next may go well
            taken = [None] * len(orders)
            _log.error("smsc-storage-failed", error=repr(error), submits=len(orders))
        if orders:
            self._phones.changes.tell()
        answers = iter(taken)
        for job in jobs:
            self._finish(job, next(answers) if job.order is not None else None, now)
        for sender in {id(job.sender): job.sender for job in jobs}.values():
            sender.answers.settle()
        # only now, so that a receipt which is due at once does not overtake the answer
        for job in jobs:
            if job.order is not None:
                job.sender.mailbox.due_at(now + job.order.delay + job.order.lag)

    def _finish(self, job: _Job, taken: Taken | None, since: datetime) -> None:
        sender, status = job.sender, job.status
        if job.order is not None and taken is None:
            status = Status.RSYSERR
        sender.tally["refused" if status else "accepted"] += 1
        body, faults = _answer(job, taken), self._remaining(job.faults, since)

        def give() -> None:
            sender.answers.give(job.sequence, body, status, faults)

        def give_alone() -> None:
            give()
            sender.answers.settle()

        if job.faults.early_receipts and taken is not None and taken.receipts:
            sender.mailbox.after_sending(taken.receipts[0], give_alone)
        else:
            give()

    def _remaining(self, faults: Faults, since: datetime) -> Faults:
        """Count the delay of an answer from when its receipt's is counted from, or the receipt may be first."""
        if not faults.response_delay:
            return faults
        passed = (self._clock.now() - since).total_seconds()
        return faults.model_copy(update={"response_delay": max(faults.response_delay - passed, 0.0)})

    def _refusal(self, sender: Sender, faults: Faults) -> int:
        if faults.refuse is not None:
            return faults.refuse
        if faults.window is not None and sender.answers.pending > faults.window:
            return Status.RTHROTTLED
        if self._book.strikes(faults.throttle):
            return Status.RTHROTTLED
        return Status.RMSGQFUL if self._book.strikes(faults.queue_full) else Status.ROK

    def _order(self, system: str, body: Submit, faults: Faults) -> tuple[Order | None, tuple[Failure, ...], int]:
        try:
            reading = smsc_content.read(body, packed=faults.packed_gsm, fates=self._phones.fate)
        except Refused as refusal:
            return None, (), refusal.status
        drafts, failures = self._not_busy(system, reading)
        if not drafts:
            return None, (), failures[0].status if failures else Status.RINVNUMDESTS
        seconds = self._delay if faults.receipt_delay is None else timedelta(seconds=faults.receipt_delay)
        if faults.early_receipts:
            return Order(system, drafts, timedelta(0)), failures, Status.ROK
        # a slow answer makes the receipt wait, or it would be early
        return Order(system, drafts, seconds, timedelta(seconds=faults.response_delay)), failures, Status.ROK

    def _not_busy(self, system: str, reading: Reading) -> tuple[Sequence[Draft], tuple[Failure, ...]]:
        busy = [one for one in reading.drafts if self._is_busy(system, one)]
        if not busy:
            return reading.drafts, reading.failures
        refused = tuple(smsc_content.failed(one.recipient, Status.RTHROTTLED) for one in busy)
        return [one for one in reading.drafts if one not in busy], reading.failures + refused

    def _is_busy(self, system: str, draft: Draft) -> bool:
        if self._phones.fate(draft.recipient.number.removeprefix("+")) is not Fate.BUSY:
            return False
        number = draft.segment.number if draft.segment else 0  # a reference may be a new one at each try
        key = (system, draft.source, draft.recipient, number, draft.octets)
        tries = self._busy.pop(key, 0) + 1
        if tries > BUSY_TIMES:
            return False
        self._busy[key] = tries
        if len(self._busy) > REMEMBERED:
            self._busy.popitem(last=False)
        return True


def _answer(job: _Job, taken: Taken | None) -> Body:
    identifier = spell(taken.id, job.faults.response_ids) if taken else ""
    if issubclass(job.kind, SubmitMulti):
        return SubmitMultiResp(identifier, job.failures)
    return DataSmResp(identifier) if issubclass(job.kind, DataSm) else SubmitSmResp(identifier)
