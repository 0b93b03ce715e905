"""An SMPP link: the asyncio shell around sessions, from legs to outcomes and from deliver_sm to receipts."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from tolmach.codecs.segments import TextTooLong
from tolmach.codecs.smpp import tlv
from tolmach.codecs.smpp.bodies import DataSm, DataSmResp, DeliverSm, DeliverSmResp, SubmitSmResp
from tolmach.codecs.smpp.constants import Status
from tolmach.codecs.smpp.errors import Unencodable
from tolmach.codecs.smpp.events import (
    Answered,
    BindRefused,
    Bound,
    Closed,
    Event,
    Garbled,
    Received,
    Silence,
    Stray,
    Unanswered,
)
from tolmach.codecs.smpp.tlv import Tag
from tolmach.connectors.smpp_binding import Binding, bindings
from tolmach.connectors.smpp_inbox import Inbox, Letter
from tolmach.connectors.smpp_legs import Batch, Leg, Legs
from tolmach.connectors.smpp_pace import Pace
from tolmach.connectors.smpp_wire import Wire
from tolmach.core.clock import Clock
from tolmach.core.content import CHANNELS, Channel
from tolmach.core.delivery import Busy, Inbound, Lost, Outcome, Receipt, Refused, Sent, Submission
from tolmach.core.ids import LegId
from tolmach.core.links import LinkCounters, LinkHealth, SmppLink
from tolmach.core.ports import EventSink
from tolmach.providers import smpp_receipts
from tolmach.providers.contract import Ignored
from tolmach.providers.smpp import bodies
from tolmach.providers.smpp_status import Meaning, meaning, refusal

HAND_OVER_SECONDS: Final = 10.0
"""A part that could not be sent within this time is put off. With the longest response time-out it is below the
three quarters of a lease that a worker waits for a link."""

AHEAD_SECONDS: Final = 1.0  # what is claimed and not sent yet is uncertain when the process dies
MOST_ROOM: Final = 5_000
UNSTORED_WINDOWS: Final = 3
"""Legs that are sent before what became of them is stored, in windows: a process that dies leaves no more that may be
sent again. One window is on the wire, one is being stored, and one gathers meanwhile."""
RETIRE_SECONDS: Final = 10.0  # that a connection waits for its answers before another process may have it
CONGESTED: Final = 100  # of congestion_state (SMPP 5.0, 4.8.4.18)
_SMOOTHING: Final = 1 / 8
_LOSSES: Final = {Silence.TIMEOUT: "no answer in time", Silence.CLOSED: "connection lost"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Connection:
    """One connection that the carrier allows, or one pair, and what keeps it up."""

    bindings: Sequence[Binding]
    tasks: Sequence["asyncio.Task[None]"]

    @property
    def retires(self) -> bool:
        return self.bindings[0].retires


class SmppConnector:
    """A `Connector`. Every answer, timer and receipt is dealt with in the event loop's thread, in one step each."""

    channels = frozenset({Channel.SMS})

    def __init__(self, link: SmppLink, clock: Clock) -> None:
        self.name = link.name
        self.held = False
        self.named: Callable[[LegId, str, str], None] = lambda leg, link, provider_id: None
        """Called when an answer gives a part its name; who submitted its leg will hear of the leg's outcome."""
        self._link = link
        self._clock = clock
        self._connections: list[_Connection] = []
        self._bindings: list[Binding] = []  # of all connections
        self._share = link.binds
        self._shared = asyncio.Event()
        self._legs = Legs(link.content.receipts)
        self._batches: set[Batch] = set()  # in work
        self._unstored: set[LegId] = set()  # legs of which a part was sent
        self._inbox = Inbox(link.name, self._drained)
        self._pace = Pace(link.rate)
        self._alarm: asyncio.TimerHandle | None = None
        self._round_trip: float | None = None
        self._counts: Counter[str] = Counter()
        self._reading = True

    # The port

    async def run(self, sink: EventSink) -> None:
        """Keep every connection up that it has a share of and hand over receipts, until cancelled; then unbind."""
        self._connections, self._bindings = [], []
        async with asyncio.TaskGroup() as group:
            group.create_task(self._inbox.run(sink))
            while True:
                self._shared.clear()
                self._adjust(group)
                await self._shared.wait()

    @property
    def connections(self) -> int:
        """How many connections, or pairs of them, the carrier allows."""
        return self._link.binds

    @property
    def kept(self) -> int:
        """How many of them are kept up here, with those that retire."""
        return len(self._connections)

    def share(self, connections: int) -> None:
        """Have so many of the connections, and as much of the rate; the others belong to other processes."""
        if connections != self._share:
            self._share = connections
            rate = self._link.rate
            self._pace.allow(None if rate is None else rate * connections / self._link.binds)
            self._shared.set()

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Outcome]:
        """Submit legs. Busy at once without a bind, and for what could not be sent in `HAND_OVER_SECONDS`."""
        if not batch or not self._up:
            return [Busy(self._retry_after())] * len(batch)
        loop = asyncio.get_running_loop()
        gathered = Batch(len(batch))
        for index, submission in enumerate(batch):
            self._take(gathered, index, submission)
        limit = loop.call_later(HAND_OVER_SECONDS, self._legs.hurry, gathered.legs)
        self._batches.add(gathered)
        self._pump()
        try:
            await gathered.done
        finally:
            self._batches.discard(gathered)
            limit.cancel()
            if gathered.done.cancelled():  # nobody waits any more
                self._legs.hurry(gathered.legs)
        return gathered.outcomes

    def so_far(self) -> Mapping[LegId, Outcome]:
        """Return the outcomes that are there of all batches in work."""
        return {leg: outcome for batch in self._batches for leg, outcome in batch.so_far()}

    def stored(self, legs: Iterable[LegId]) -> None:
        """As many others may be sent; see `UNSTORED_WINDOWS`."""
        self._unstored.difference_update(legs)
        self._pump()

    @property
    def up(self) -> bool:
        """Whether a bind can send, and nobody has paused the link."""
        return self._up and not self.held

    @property
    def room(self) -> int:
        """Legs that can be sent within a few seconds, by window, round trip and rate; none without a bind."""
        if not self.up:
            return 0
        window, rate = self._window, self._pace.rate
        soon = float(window) if self._round_trip is None else max(window, AHEAD_SECONDS * self._possible)
        if rate is not None:
            soon = min(soon, max(1.0, AHEAD_SECONDS * rate))
        return max(0, min(MOST_ROOM, int(soon)) - self._legs.waiting)

    @property
    def grain(self) -> int:
        """What the windows hold: those that are full go out and are answered together."""
        return max(1, min(MOST_ROOM, self._window))

    def health(self) -> LinkHealth:
        """How the link fares now; to be called in the event loop's thread."""
        wires = self._wires
        counts = dict(self._counts) | {"unstored": self._inbox.unstored}
        now = asyncio.get_running_loop().time()
        return LinkHealth(
            name=self.name,
            binds=len(self._bindings),
            bound=sum(binding.bound for binding in self._bindings),
            window=self._window,
            in_flight=sum(wire.session.in_flight for wire in wires),
            waiting=self._legs.waiting,
            round_trip=self._round_trip,
            possible=self._possible if self._round_trip else None,
            rate=self._pace.rate,
            throttled=self._pace.throttled_share,
            paused=self._pace.paused(now),
            last_error=next((one.error for one in self._bindings if one.error), ""),
            counters=LinkCounters(**counts),
        )

    # What the wires tell

    def happened(self, wire: Wire, events: Sequence[Event]) -> None:
        """Deal with what a session says, and send what there is room for."""
        for event in events:
            if isinstance(event, Answered):
                self._answered(event)
            elif isinstance(event, Received):
                self._received(wire, event)
            elif isinstance(event, Unanswered):
                self._unanswered(event)
            else:
                self._rare(wire, event)
        if wire.probes or wire.session.unanswered:
            self._judge(wire)
        self._pump()

    def _answered(self, event: Answered) -> None:
        leg = event.tag
        if event.late or not isinstance(leg, Leg):
            self._counts["late"] += 1  # its leg is settled: a receipt will be kept among those that match nothing
            log.warning("smpp-late-answer", link=self.name, seconds=round(event.round_trip, 1))
            return
        now, said = asyncio.get_running_loop().time(), meaning(event.status)
        if said is Meaning.SLOW_DOWN:
            self._counts["throttled"] += 1
            self._pace.throttled(now)
            self._legs.again(leg)
            return
        self._pace.accepted(now)
        self._measure(event.round_trip)
        if said is Meaning.TAKEN and isinstance(event.body, SubmitSmResp):
            self._counts["accepted"] += 1
            if event.body.tlvs and (tlv.number(event.body.tlvs, Tag.CONGESTION_STATE) or 0) >= CONGESTED:
                self._pace.congested(now)
            name = smpp_receipts.answer_id(event.body.message_id, self._link.ids)
            if leg.awaited:
                self.named(leg.id, self.name, name)
            self._legs.answered(leg, Sent((name,)))
            return
        self._counts["refused"] += 1
        outcome = Refused("generic_nack", permanent=False) if said is Meaning.TAKEN else refusal(event.status)
        self._legs.refused(leg, outcome)

    def _unanswered(self, event: Unanswered) -> None:
        leg = event.tag
        if not isinstance(leg, Leg):
            return
        if event.handed_over:
            self._counts["lost"] += 1
            self._legs.answered(leg, Lost(_LOSSES[event.reason]))
        else:
            self._legs.again(leg)

    def _received(self, wire: Wire, event: Received) -> None:
        body = event.body
        if not isinstance(body, DeliverSm | DataSm):
            return  # alert_notification: nobody asked for it, and it has no answer
        found = smpp_receipts.read(body, self._link, self._clock.now())
        if isinstance(found, Receipt | Inbound):
            self._counts["receipts" if isinstance(found, Receipt) else "inbound"] += 1
            self._inbox.put(Letter(wire, event.sequence, body, found))
            if self._reading and self._inbox.full:
                self._read(go_on=False)
            return
        if found is Ignored.UNREADABLE:
            self._counts["unreadable"] += 1
            log.warning("smpp-receipt-unreadable", link=self.name)
        else:
            self._counts["intermediate"] += 1
        answer = DataSmResp() if isinstance(body, DataSm) else DeliverSmResp()
        wire.respond(event.sequence, answer, Status.ROK)

    def _rare(self, wire: Wire, event: Event) -> None:
        binding = self._binding_of(wire)
        match event:
            case Bound() if binding is not None:
                self._bound(binding, wire)
            case BindRefused(status) if binding is not None:
                binding.refused(status)
            case Closed(reason):
                if binding is not None:
                    binding.ended(reason.value)
                if not self._up:
                    self._legs.link_down(self._retry_after())
            case Garbled(error):
                self._counts["garbled"] += 1
                log.warning("smpp-garbled", link=self.name, error=str(error))
            case Stray():
                self._counts["stray"] += 1
            case _:
                pass

    def _binding_of(self, wire: Wire) -> Binding | None:
        """Return whose connection it is now; None for one that has been followed by another."""
        return next((one for one in self._bindings if one.wire is wire), None)

    def _judge(self, wire: Wire) -> None:
        """Mind what is not answered; see `Binding.judge`."""
        binding = self._binding_of(wire)
        if binding is not None:
            binding.judge()
        if not self._up:
            self._round_trip = None  # else it would have more room than the one that it may send
            self._legs.link_down(self._retry_after())

    def _bound(self, binding: Binding, wire: Wire) -> None:
        binding.succeeded()
        self._counts["connects"] += 1
        if not self._reading:  # who connects anew may not bring more than fits either
            wire.read(go_on=False)

    # Inside

    def _adjust(self, group: asyncio.TaskGroup) -> None:
        """Open connections until there are as many as the share, or let the last ones retire."""
        lasting = [one for one in self._connections if not one.retires]
        for _ in range(self._share - len(lasting)):
            made = bindings(self._link, self)
            self._connections.append(_Connection(made, [group.create_task(one.keep()) for one in made]))
        for connection in lasting[max(0, self._share) :]:
            for binding in connection.bindings:
                binding.retire()
            group.create_task(self._retire(connection))
        self._bindings = [binding for one in self._connections for binding in one.bindings]

    async def _retire(self, connection: _Connection) -> None:
        """Wait for the answers that are out, then unbind."""
        loop = asyncio.get_running_loop()
        until = loop.time() + RETIRE_SECONDS
        while any(one.in_flight for one in connection.bindings) and loop.time() < until:  # noqa: ASYNC110 - an answer is no event of ours
            await asyncio.sleep(0.05)
        for task in connection.tasks:
            task.cancel()
        await asyncio.wait(connection.tasks)
        self._connections.remove(connection)
        self._bindings = [binding for one in self._connections for binding in one.bindings]

    @property
    def _wires(self) -> list[Wire]:
        return [binding.wire for binding in self._bindings if binding.wire is not None]

    @property
    def _up(self) -> bool:
        return any(wire.submits for wire in self._wires)

    @property
    def _window(self) -> int:
        return sum(wire.session.window for wire in self._wires if wire.submits)

    @property
    def _possible(self) -> float:
        return self._window / self._round_trip if self._round_trip else float(self._window)

    def _retry_after(self) -> float:
        """Seconds until the next bind is tried, and a little."""
        waits = [one.retry_at - asyncio.get_running_loop().time() for one in self._bindings if one.retry_at]
        return max(1.0, min(waits, default=0.0) + 0.5)

    def _take(self, gathered: Batch, index: int, submission: Submission) -> None:
        if CHANNELS[type(submission.content)] is not Channel.SMS:
            gathered.settle(index, Refused("not an SMS", permanent=False))
            return
        try:
            messages = bodies(submission, self._link, self._clock.now())
        except TextTooLong:
            gathered.settle(index, Refused("text too long for this link", permanent=False))
        except Unencodable as error:
            gathered.settle(index, Refused(f"cannot be encoded: {error.field}", permanent=False))
        except Exception as error:  # nothing of it was sent, and its batch is not lost for it
            gathered.settle(index, self._unmade(submission.leg, error))
        else:
            self._legs.add(gathered, index, submission, messages)

    def _pump(self) -> None:
        """Send as many parts as windows and pace allow, then write everything at once."""
        now = asyncio.get_running_loop().time()
        legs, most = self._legs, UNSTORED_WINDOWS * max(self._window, self._link.window)
        while (first := legs.first) is not None:
            wire = self._roomiest()
            if wire is None or (len(self._unstored) >= most and first.id not in self._unstored):
                break
            delay = self._pace.delay(now)
            if delay > 0:
                self._wake(delay)
                break
            legs.take_out()
            self._send(wire, first, now)
        for wire in self._wires:
            wire.flush()

    def _roomiest(self) -> Wire | None:
        best = max(self._wires, key=lambda wire: wire.room, default=None)
        return best if best is not None and best.room else None

    def _send(self, wire: Wire, leg: Leg, now: float) -> None:
        try:
            wire.session.request(leg.body, now, leg)
        except Unencodable as error:
            self._legs.refused(leg, Refused(f"cannot be encoded: {error.field}", permanent=False))
        except Exception as error:
            self._legs.refused(leg, self._unmade(leg.id, error))
        else:
            self._pace.spend()
            self._unstored.add(leg.id)
            self._counts["submitted"] += 1

    def _unmade(self, leg: LegId, error: Exception) -> Refused:
        """A PDU could not be made, by a mistake of ours."""
        log.error("smpp-message-not-made", link=self.name, leg=leg, exc_info=error)
        return Refused(type(error).__name__, permanent=False)

    def _wake(self, delay: float) -> None:
        if self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(delay, self._awake)

    def _awake(self) -> None:
        self._alarm = None
        self._pump()

    def _measure(self, round_trip: float) -> None:
        known = self._round_trip
        self._round_trip = round_trip if known is None else known + (round_trip - known) * _SMOOTHING

    def _drained(self) -> None:
        if not self._reading and not self._inbox.full:
            self._read(go_on=True)

    def _read(self, *, go_on: bool) -> None:
        self._reading = go_on
        for wire in self._wires:
            wire.read(go_on)
