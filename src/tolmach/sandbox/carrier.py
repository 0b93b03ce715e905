"""The sandbox behind the connector port: a carrier whose subscribers are virtual phones."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from tolmach.codecs import gsm0338
from tolmach.core.clock import Clock
from tolmach.core.content import Channel, FlashText, SmsText
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent, Submission
from tolmach.core.ids import LegId
from tolmach.core.ports import EventSink, PartlyStoredError
from tolmach.sandbox.message import LINK, Arrival, Encoding
from tolmach.sandbox.outcomes import BUSY_TIMES, Fate, outcome, receipts
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.storage import StorageError

REFUSAL = "sandbox-92"
RECEIPT_BATCH = 500
RETRY = timedelta(seconds=1)

_log = structlog.get_logger(__name__)


class SandboxCarrier:
    """Delivers to ``phones``. Times are seconds: ``delay`` to each receipt, ``busy_delay`` asked for when busy."""

    name = LINK
    channels = frozenset(Channel)
    grain = 500  # as much as there is room for: all of it is stored and answered at once

    def __init__(
        self,
        phones: Phones,
        clock: Clock,
        delay: float = 0.2,
        busy_delay: float = 0.2,
        replies: Replies | None = None,
    ) -> None:
        self._replies = replies
        self.held = False
        self._phones = phones
        self._clock = clock
        self._delay = timedelta(seconds=delay)
        self._busy = Busy(busy_delay)
        self._news = asyncio.Event()
        self._rests_until: datetime | None = None
        phones.alarms.append(self._wake)

    @property
    def up(self) -> bool:
        """Whether nobody has paused it."""
        return not self.held

    @property
    def room(self) -> int:
        """As much as one batch."""
        return 0 if self.held else self.grain

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Outcome]:
        """Store the batch on the phones and answer; what the storage could not keep is Lost."""
        fates = [self._phones.fate(leg.recipient, leg.channel) for leg in batch]
        arrivals = [
            self._arrival(leg, its_fate)
            for leg, its_fate in zip(batch, fates, strict=True)
            if its_fate is not Fate.REFUSED
        ]
        answers = iter(await self._take(arrivals))
        return [Refused(REFUSAL) if its_fate is Fate.REFUSED else next(answers) for its_fate in fates]

    def stored(self, legs: Iterable[LegId]) -> None:
        """Changes nothing: it takes no more than a batch at a time."""

    async def run(self, sink: EventSink) -> None:
        """Hand over receipts as they fall due, and replies, until cancelled. What the sink refuses is offered again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._run_receipts(sink))
            if self._replies is not None:
                tasks.create_task(self._run_replies(self._replies, sink))

    async def _run_replies(self, replies: Replies, sink: EventSink) -> None:
        done: Sequence[int] = ()
        while True:
            replies.news.clear()
            try:
                owed = await replies.exchange(done, RECEIPT_BATCH)
                done = ()
                if owed:
                    await sink([reply.message for reply in owed])
                    done = [reply.id for reply in owed]
                    continue
            except Exception as error:
                if isinstance(error, PartlyStoredError):
                    left = set(map(id, error.left))
                    done = [reply.id for reply in owed if id(reply.message) not in left]
                # the shell loop: whatever failed, the replies are still stored and still owed
                _log.warning("sandbox-replies-delayed", error=repr(error), seconds=RETRY.total_seconds())
                await self._clock.sleep_until(self._clock.now() + RETRY)
                continue
            await replies.news.wait()

    async def _run_receipts(self, sink: EventSink) -> None:
        done: Sequence[int] = ()
        while True:
            self._news.clear()
            self._rests_until = None
            try:
                due = await self._phones.exchange(done, self._clock.now(), RECEIPT_BATCH)
                done = ()
                if due.receipts:
                    await sink(due.receipts)
                    done = due.ids
                    continue
            except Exception as error:
                # the shell loop: whatever failed, the receipts are still stored and still owed
                _log.warning("sandbox-receipts-delayed", error=repr(error), seconds=RETRY.total_seconds())
                await self._clock.sleep_until(self._clock.now() + RETRY)
                continue
            await self._rest(due.next_at)

    async def _take(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        if not arrivals:
            return []
        now = self._clock.now()
        try:
            answers = await self._phones.take(arrivals, now)
        except StorageError as error:
            _log.error("sandbox-storage-failed", error=str(error), legs=len(arrivals))
            return [Lost(f"sandbox storage: {error}")] * len(arrivals)
        self._wake(now + self._delay)
        return [self._busy if ids is None else Sent(ids) for ids in answers]

    def _arrival(self, leg: Submission, its_fate: Fate) -> Arrival:
        words = receipts(its_fate, leg.channel)
        return Arrival(
            submission=leg,
            encoding=_encoding(leg),
            outcome=outcome(its_fate, leg.channel),
            receipts=tuple([(status, self._delay * turn) for turn, status in enumerate(words, start=1)]),
            busy_times=BUSY_TIMES if its_fate is Fate.BUSY else 0,
        )

    def _wake(self, due: datetime) -> None:
        # under load the next receipts are due later than those waited for: no need to look again
        if self._rests_until is None or due < self._rests_until:
            self._news.set()

    async def _rest(self, until: datetime | None) -> None:
        """Wait for the moment or for news; ``None`` waits for news alone."""
        self._rests_until = until
        waits: list[asyncio.Task[object]] = [asyncio.create_task(self._news.wait())]
        if until is not None:
            waits.append(asyncio.create_task(self._clock.sleep_until(until)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


def _encoding(leg: Submission) -> Encoding:
    if leg.channel is not Channel.SMS:
        return Encoding(leg.channel.value)
    if not isinstance(leg.content, SmsText | FlashText):
        return Encoding.BINARY
    return Encoding.GSM7 if gsm0338.encodable(leg.content.text) else Encoding.UCS2
