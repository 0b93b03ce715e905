"""A link to a carrier that takes messages over HTTP: the asyncio shell around a provider.

Nothing is repeated unless the outcome is certain, or a repetition cannot send twice (see `Repeat`):

- a request that never left, or whose answer says that nothing was taken, is Busy: it is tried again later;
- where the provider knows our ids, a request without an answer is repeated, at once and then in the background;
- where it can be asked by our ids, it is asked, and what it does not know after ``doubt`` seconds is sent again;
- otherwise a message without an answer is lost and waits for its status until its validity is over.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from tolmach.connectors.client import HttpClient, UnreachableError
from tolmach.connectors.handover import hand_over
from tolmach.connectors.http_schedule import Schedule
from tolmach.connectors.smpp_pace import Pace
from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.delivery import Busy, Lost, Outcome, Receipt, Refused, Sent, Submission
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.http_links import HttpHealth, HttpLink, client_key
from tolmach.core.ids import LegId
from tolmach.core.money import Money, fixed
from tolmach.core.ports import Awaited, Books, Doubt, EventSink
from tolmach.providers.choice import provider_of
from tolmach.providers.http_contract import (
    AccountRefusedError,
    DocumentRefusedError,
    OverloadedError,
    Parcel,
    ProviderError,
    Repeat,
    Reply,
    Report,
)
from tolmach.wire import WireRequest, WireResponse

HAND_OVER_SECONDS: Final = 10.0
"""What could not be sent within this time is put off. With the longest time-out and one repetition it is below the
three quarters of a lease that a worker waits for a link."""

LAST_REPEAT: Final = 22.0  # seconds after the start: no repetition begins later
AHEAD_SECONDS: Final = 3.0
MOST_ROOM: Final = 2_000
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
SILENT: Final = 5  # requests to send in a row without an answer: what comes then is not to be lost
DOUBT_PAUSE: Final = 3.0  # the loss of a leg has to be stored before it can be resolved
DOUBT_MOST: Final = 300.0
IDLE_SECONDS: Final = 1.0
BOOKS_SECONDS: Final = 1.0  # between two looks at a store that is away
COMPLAINT_SECONDS: Final = 60.0  # between two entries of the log about it
_SMOOTHING: Final = 1 / 8

log = structlog.get_logger(__name__)


class _PutOffError(Exception):
    """Certainly not taken; to be tried again after so many seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__()
        self.retry_after = retry_after


class HttpConnector:
    """A `Connector`. ``grace`` is how long after a message's validity its status is still waited for."""

    grain = MOST_ROOM  # requests are made up here, and what their answers were is asked again when they are lost

    def __init__(self, link: HttpLink, clock: Clock, books: Books, grace: timedelta) -> None:
        self.name = link.name
        self.held = False
        self.hook = link.hook
        self._link = link
        self._clock = clock
        self._books = books
        self._grace = grace
        self._provider = provider_of(link)
        self.channels: frozenset[Channel] = self._provider.channels
        self._schedule = Schedule(link.poll)
        self._doubts: dict[int, Doubt] = {}
        self._pace = Pace(link.rate)
        self._slots = asyncio.Semaphore(link.connections)
        self._client: HttpClient | None = None
        self._sink: EventSink | None = None
        self._series = self._in_flight = 0
        self._round_trip: float | None = None
        self._paused_until = self._pause = 0.0
        self._unanswered = 0  # requests to send, since the last answer to one
        self._trouble = ""
        self._resting = False
        self._balance: Money | None = None
        self._low = False
        self._counts: Counter[str] = Counter()

    # The port

    async def run(self, sink: EventSink) -> None:
        """Ask for statuses, lost answers and the balance, until cancelled."""
        link = self._link
        keep = self._provider.repeat is Repeat.SAFE
        async with HttpClient(
            timeout=link.timeout, allow_private=link.allow_private, connections=link.connections + 2, keep=keep
        ) as client:
            self._schedule, self._doubts = Schedule(link.poll), {}  # another process may have had the link meanwhile
            await self._read_books()
            self._client = client
            self.hear(sink)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._keep_polling())
                    group.create_task(self._keep_resolving())
                    group.create_task(self._keep_counting())
            finally:
                self._client = None

    async def _read_books(self) -> None:
        """Learn what the store knows of this link; nothing is sent before that. A store that is away is waited for."""
        said = -math.inf
        while True:
            try:
                series = await self._books.series()
                awaited, doubts = await self._books.awaited(self.name), await self._books.doubts(self.name)
                break
            except StoreUnavailableError as error:
                if self._now() - said >= COMPLAINT_SECONDS:
                    said = self._now()
                    log.error("http-link-cannot-start", link=self.name, error=str(error))
                await asyncio.sleep(BOOKS_SECONDS)
        self._series = series
        self._schedule.add(awaited, self._now())
        for doubt in doubts:
            self._doubt([doubt.submission], doubt.since)

    def hear(self, sink: EventSink) -> None:
        """Hand over what the provider posts, also while another process runs the link."""
        self._sink = sink

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Outcome]:
        """Submit legs in as few requests as the protocol allows."""
        if not batch or not self._up:
            return [Busy(self._retry_after())] * len(batch)
        start = self._now()
        outcomes: dict[int, Outcome] = {}
        fit: list[int] = []
        for index, submission in enumerate(batch):
            refused = self._provider.unfit(submission)
            if refused is None:
                fit.append(index)
            else:
                outcomes[index] = refused
        size = self._provider.batch
        chunks = [fit[first : first + size] for first in range(0, len(fit), size)]
        self._in_flight += len(fit)
        try:
            answered = await asyncio.gather(*(self._take([batch[i] for i in chunk], start) for chunk in chunks))
        except BaseException:  # who asked takes all of them for lost
            self._doubt([batch[i] for i in fit], self._clock.now())
            raise
        finally:
            self._in_flight -= len(fit)
        for chunk, found in zip(chunks, answered, strict=True):
            outcomes.update(zip(chunk, found, strict=True))
        return [outcomes[index] for index in range(len(batch))]

    def stored(self, legs: Iterable[LegId]) -> None:
        """Changes nothing: after a death its provider is asked what it has taken, or knows our ids."""

    @property
    def up(self) -> bool:
        """Whether it does not rest after a failure, and nobody has paused it."""
        return self._up and not self.held

    @property
    def room(self) -> int:
        """Legs that can be sent within a few seconds, by round trip and rate; none while the link rests."""
        if not self.up:
            return 0
        at_once = self._link.connections * self._provider.batch
        soon = at_once * max(1.0, AHEAD_SECONDS / self._round_trip if self._round_trip else 1.0)
        if self._link.rate is not None:
            soon = min(soon, max(1.0, AHEAD_SECONDS * self._link.rate))
        return max(0, min(MOST_ROOM, int(soon)) - self._in_flight)

    def health(self) -> HttpHealth:
        """How the link fares now; to be called in the event loop's thread."""
        return HttpHealth(
            name=self.name,
            up=self._up,
            in_flight=self._in_flight,
            waiting=len(self._schedule),
            doubtful=len(self._doubts),
            round_trip=self._round_trip,
            rate=self._link.rate,
            last_error=self._trouble,
            balance=self._balance,
            low=self._low,
            counters=dict(self._counts),
        )

    async def receive(self, request: WireRequest) -> WireResponse:
        """Take what the provider posts: stored first, confirmed then. Raises `ProviderError` for what is no status."""
        reports, confirmation = self._provider.receive(request)
        self._counts["posted"] += len(reports)
        await self._tell(reports)
        return confirmation

    # Sending

    async def _take(self, chunk: Sequence[Submission], start: float) -> Sequence[Outcome]:
        """Wait for a connection and for the pace, then send; nothing is begun too late."""
        async with self._slots:
            wait = self._pace.delay(self._now()) + (len(chunk) - 1) / (self._pace.rate or math.inf)
            if not self._up or self._now() + wait > start + HAND_OVER_SECONDS:
                return [Busy(max(wait, self._retry_after()))] * len(chunk)
            for _ in chunk:
                await asyncio.sleep(self._pace.delay(self._now()))
                self._pace.spend()
            return await self._send(chunk, self._now() + LAST_REPEAT - HAND_OVER_SECONDS)

    async def _send(self, chunk: Sequence[Submission], deadline: float) -> Sequence[Outcome]:
        parcels = [Parcel(submission, client_key(self._series, submission.leg)) for submission in chunk]
        since = self._clock.now()
        if self._provider.repeat is Repeat.ASK and chunk[0].uncertain:
            known = await self._known(parcels[0])
            if known is not None:
                return [known]
        self._counts["submitted"] += len(parcels)
        replies = await self._deliver(parcels, deadline)
        await self._note(parcels, replies)
        outcomes = [self._pursued(reply.outcome) for reply in replies]
        self._doubt([one for one, outcome in zip(chunk, outcomes, strict=True) if isinstance(outcome, Lost)], since)
        return outcomes

    async def _deliver(self, parcels: Sequence[Parcel], deadline: float, *, doubtful: bool = False) -> Sequence[Reply]:
        """Send, and repeat while that is safe. ``doubtful``: an earlier request may have arrived."""
        pause, reason = 0.25, "an earlier request may have arrived"
        while True:
            try:
                return await self._attempt(parcels)
            except _PutOffError as put_off:
                if not doubtful:
                    return [Reply(Busy(put_off.retry_after))] * len(parcels)
            except DocumentRefusedError as error:
                return await self._one_by_one(parcels, deadline, error, doubtful=doubtful)
            except (ProviderError, UnreachableError) as error:
                doubtful, reason = True, str(error)
            if self._provider.repeat is not Repeat.SAFE or self._now() + pause > deadline:
                self._trouble = reason
                return [Reply(Lost(reason[:56]))] * len(parcels)
            self._counts["repeated"] += len(parcels)
            await asyncio.sleep(pause)
            pause *= 2

    async def _attempt(self, parcels: Sequence[Parcel]) -> Sequence[Reply]:
        """Send once. Where the provider wants nothing from us for now, the link rests."""
        try:
            response = await self._exchange(self._provider.request(parcels, self._clock.now()))
        except UnreachableError as error:
            self._unanswered += 1
            if self._unanswered >= SILENT:
                self._rest_longer(str(error))
            raise
        self._unanswered = 0
        try:
            return self._provider.replies(parcels, response)
        except OverloadedError as error:
            self._rest(str(error), error.retry_after)
            raise _PutOffError(error.retry_after) from None
        except AccountRefusedError as error:
            self._rest(str(error), LONGEST_PAUSE)
            raise _PutOffError(LONGEST_PAUSE) from None

    async def _one_by_one(
        self, parcels: Sequence[Parcel], deadline: float, error: DocumentRefusedError, *, doubtful: bool
    ) -> Sequence[Reply]:
        """Find the message for which a whole document was refused; it alone is."""
        if len(parcels) == 1:
            return [Reply(Refused(str(error)[:64], permanent=False))]
        replies = [await self._deliver([parcel], deadline, doubtful=doubtful) for parcel in parcels]
        return [reply for (reply,) in replies]

    async def _exchange(self, request: WireRequest) -> WireResponse:
        """Send a request; `_PutOffError` when it certainly did not arrive, `UnreachableError` when it may have."""
        client, start = self._client, self._now()
        if client is None:
            raise _PutOffError(FIRST_PAUSE)
        try:
            response = await client.send(request)
        except UnreachableError as error:
            self._counts["unanswered" if error.sent else "unsent"] += 1
            if error.sent:
                raise
            self._rest_longer(str(error))
            raise _PutOffError(self._pause) from None
        self._pause = 0.0
        self._trouble = ""
        if self._resting:
            self._resting = False
            log.info("http-link-answers", link=self.name)
        took = self._now() - start
        known = self._round_trip
        self._round_trip = took if known is None else known + (took - known) * _SMOOTHING
        return response

    async def _note(self, parcels: Sequence[Parcel], replies: Sequence[Reply]) -> None:
        """Count, plan the questions for statuses, and keep the prices."""
        prices: dict[str, Money] = {}
        for parcel, reply in zip(parcels, replies, strict=True):
            self._counts[type(reply.outcome).__name__.lower()] += 1
            if isinstance(reply.outcome, Sent):
                self._await(parcel.submission, reply.outcome)
                if reply.price is not None:
                    prices[reply.outcome.provider_ids[0]] = reply.price
        await self._store_prices(prices)

    def _await(self, submission: Submission, sent: Sent) -> None:
        until = submission.expires_at + self._grace
        readable = submission.channel is not Channel.SMS
        self._schedule.add([Awaited(id_, until, readable) for id_ in sent.provider_ids], self._now())

    # Lost answers

    def _pursued(self, outcome: Outcome) -> Outcome:
        """Say of a lost answer that it is asked for, where the provider can be asked."""
        if isinstance(outcome, Lost) and self._provider.repeat is not Repeat.NEVER:
            return replace(outcome, pursued=True)
        return outcome

    def _doubt(self, lost: Sequence[Submission], since: datetime) -> None:
        if self._provider.repeat is not Repeat.NEVER:
            self._doubts.update({submission.leg: Doubt(submission, since) for submission in lost})

    async def _keep_resolving(self) -> None:
        pause = DOUBT_PAUSE
        while True:
            await asyncio.sleep(pause)
            before = len(self._doubts)
            for doubt in list(self._doubts.values()):
                if not self._up:
                    break
                try:
                    await self._resolve(doubt)
                except Exception:
                    log.exception("a lost answer cannot be looked for", link=self.name, leg=doubt.submission.leg)
            progressed = len(self._doubts) < before or not self._doubts
            pause = DOUBT_PAUSE if progressed or not self._up else min(DOUBT_MOST, pause * 2)

    async def _resolve(self, doubt: Doubt) -> None:
        """Find out what became of a lost leg, and store it."""
        submission = doubt.submission
        if submission.expires_at + self._grace <= self._clock.now():
            self._doubts.pop(submission.leg, None)
            return
        outcome = await self._clarify(doubt)
        if isinstance(outcome, Sent | Refused) and await self._books.resolve(self.name, submission, outcome):
            self._doubts.pop(submission.leg, None)
            self._counts["resolved"] += 1
            log.info("http-link-lost-answer-found", link=self.name, leg=submission.leg, outcome=type(outcome).__name__)

    async def _clarify(self, doubt: Doubt) -> Outcome:
        parcel = Parcel(doubt.submission, client_key(self._series, doubt.submission.leg))
        now = self._clock.now()
        if self._provider.repeat is Repeat.ASK:
            known = await self._known(parcel)
            if known is not None:
                return known
            if now < doubt.since + timedelta(seconds=self._link.doubt):
                return Lost()
        if doubt.submission.expires_at <= now:
            return Lost()
        replies = await self._deliver([parcel], self._now(), doubtful=True)
        await self._note([parcel], replies)
        return replies[0].outcome

    async def _known(self, parcel: Parcel) -> Outcome | None:
        """Ask by our own id whether a message has arrived: Sent, None when not, or Lost when that is not known."""
        try:
            response = await self._exchange(self._provider.poll([parcel.key]))
            reports = self._provider.reports([parcel.key], response)
        except (ProviderError, UnreachableError, _PutOffError) as error:
            return Lost(str(error)[:56])
        if not reports:
            return None
        sent = Sent((parcel.key,))
        self._await(parcel.submission, sent)
        return sent

    # Statuses

    async def _keep_polling(self) -> None:
        provider = self._provider
        while provider.poll_batch:
            now = self._now()
            many = provider.poll_batch * self._link.connections
            due = self._schedule.due(now, self._clock.now(), many) if self._up else []
            if not due:
                next_due = self._schedule.next()
                await asyncio.sleep(IDLE_SECONDS if next_due is None else min(IDLE_SECONDS, max(0.01, next_due - now)))
                continue
            size = provider.poll_batch
            await asyncio.gather(*(self._poll(due[first : first + size]) for first in range(0, len(due), size)))
        await asyncio.Event().wait()

    async def _poll(self, ids: Sequence[str]) -> None:
        self._counts["polled"] += len(ids)
        try:
            reports = self._provider.reports(ids, await self._exchange(self._provider.poll(ids)))
            await self._tell(reports)
        except (ProviderError, UnreachableError) as error:
            self._counts["unreadable"] += 1
            self._trouble = str(error)
        except _PutOffError:
            pass
        except Exception:
            log.exception("statuses cannot be stored; they will be asked for again", link=self.name)

    async def _tell(self, reports: Sequence[Report]) -> None:
        """Hand over what is new; it counts as told when it is stored."""
        news = self._schedule.news(reports)
        if news and self._sink is not None:
            await self._hand_over(self._sink, news)

    async def _hand_over(self, sink: EventSink, news: Sequence[Report]) -> None:
        """Store what is told. One that can never be stored keeps no neighbours out; what is wrong with it is raised."""
        now, wrong, known = self._clock.now(), None, dict[int, tuple[Receipt, Report]]()
        for one in news:
            if one.status:  # without a date, or dated ahead of now, it is taken to be of now
                receipt = Receipt(self.name, one.provider_id, one.status, min(one.at or now, now))
                known[id(receipt)] = receipt, one
        async for some, error in hand_over(sink, [receipt for receipt, _ in known.values()]):
            wrong = wrong or error
            if error is None:
                told = [known[id(event)][1] for event in some]
                self._schedule.told(told)
                self._counts["receipts"] += len(told)
                await self._store_prices({one.provider_id: one.price for one in told if one.price is not None})
        if wrong is not None:
            raise wrong

    async def _store_prices(self, prices: dict[str, Money]) -> None:
        try:
            await self._books.price(self.name, prices)
        except Exception:
            log.exception("prices cannot be stored", link=self.name)

    # The balance

    async def _keep_counting(self) -> None:
        question = self._provider.balance()
        while question is not None and self._link.balance_every:
            if self._up:
                try:
                    funds = self._provider.funds(await self._exchange(question))
                except (ProviderError, UnreachableError, _PutOffError) as error:
                    log.warning("http-link-balance-unknown", link=self.name, error=str(error))
                else:
                    self._judge(funds.amount)
            await asyncio.sleep(self._link.balance_every)
        await asyncio.Event().wait()

    def _judge(self, amount: Money) -> None:
        low = amount < self._link.alarm
        if low and not self._low:
            log.warning("http-link-balance-low", link=self.name, balance=fixed(amount), alarm=fixed(self._link.alarm))
        elif self._low and not low:
            log.info("http-link-balance-recovered", link=self.name, balance=fixed(amount))
        self._balance, self._low = amount, low

    # Inside

    @property
    def _up(self) -> bool:
        return self._client is not None and self._now() >= self._paused_until

    def _rest_longer(self, reason: str) -> None:
        if self._now() >= self._paused_until:  # else it is one of several that failed together
            self._pause = min(LONGEST_PAUSE, self._pause * 2 or FIRST_PAUSE)
        self._rest(reason, self._pause)

    def _rest(self, reason: str, seconds: float) -> None:
        if not self._resting:
            log.warning("http-link-rests", link=self.name, error=reason, seconds=seconds)
        self._resting, self._trouble = True, reason
        self._paused_until = max(self._paused_until, self._now() + seconds)

    def _retry_after(self) -> float:
        return max(FIRST_PAUSE, self._paused_until - self._now() + 0.1)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
