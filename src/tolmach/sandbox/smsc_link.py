"""One connection to the SMSC: octets between a socket and a session, and everything that can be slow about it."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, cast

import structlog

from tolmach.codecs.smpp.bodies import (
    Bind,
    Body,
    CancelSm,
    DataSm,
    DeliverSm,
    QuerySm,
    ReplaceSm,
    SubmitMulti,
    SubmitSm,
)
from tolmach.codecs.smpp.events import (
    Answered,
    BindRequested,
    Closed,
    Event,
    Garbled,
    Received,
    Silence,
    Unanswered,
)
from tolmach.codecs.smpp.session import Session, Timing
from tolmach.codecs.smpp.states import BOUND, Role, State
from tolmach.sandbox.faults import FaultBook, Faults
from tolmach.sandbox.smsc_answers import Answers
from tolmach.sandbox.smsc_content import Submit
from tolmach.sandbox.smsc_receipts import Mailbox

MOST_PENDING: Final = 2_000
"""Unanswered submits of one connection from which on it is not read."""
TICK: Final = 1.0
"""Seconds between looks at the timers, at most."""
WRITE_BUFFER: Final = 256 * 1024

_RECEIVING = frozenset({State.BOUND_RX, State.BOUND_TRX})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much a connection may. Times are seconds.

    ``bind``: until it is bound; ``silence``: until it is asked whether it is there; ``answer``: until a receipt or
    that question must be answered; ``receipts``: unanswered receipts at a time.
    """

    bind: float = 30.0
    silence: float = 60.0
    answer: float = 30.0
    receipts: int = 100
    connections: int = 500


class Exchange(Protocol):
    """What a connection needs from the SMSC."""

    book: FaultBook
    limits: Limits

    def opened(self, link: "Link") -> bool:
        """A connection is there; False when it is one too many."""
        ...

    def bind(self, link: "Link", request: Bind) -> None:
        """A client wants to be bound: `Link.accept` or `Link.reject` follows."""
        ...

    def submit(self, link: "Link", sequence: int, body: Submit) -> None:
        """A message."""
        ...

    def ask(self, link: "Link", sequence: int, body: QuerySm | CancelSm | ReplaceSm) -> None:
        """A question about a message."""
        ...

    def ended(self, link: "Link") -> None:
        """The connection is gone."""
        ...


class Link(asyncio.Protocol):
    """A client's connection."""

    def __init__(self, exchange: Exchange, now: datetime) -> None:
        limits = exchange.limits
        self._exchange = exchange
        self._loop = asyncio.get_running_loop()
        timing = Timing(limits.bind, limits.answer, limits.silence, limits.answer)
        self.session = Session(Role.SMSC, now=self._loop.time(), window=limits.receipts, timing=timing)
        self.answers = Answers(self, exchange.book)
        self.system = ""
        self.remote = ""
        self.since = now
        self.submits = 0
        self.mailbox = cast(Mailbox, None)  # both since the bind
        self.tally = cast("Counter[str]", None)
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._bound_at: float | None = None
        self._reading = self._writable = True
        self._dead = False  # half-open: takes octets, says nothing

    # From the loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(WRITE_BUFFER)
        peer = transport.get_extra_info("peername")
        self.remote = str(peer[0]) if peer else ""
        if not self._exchange.opened(self):
            self._transport.abort()
            return
        self._tick()

    def data_received(self, data: bytes) -> None:
        """Take octets."""
        if self._silent():
            return
        self._handle(self.session.receive(data, self._loop.time()))
        self.flush()
        self._pace()

    def pause_writing(self) -> None:
        """The client does not read: neither do we."""
        self._writable = False
        self._pace()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._writable = True
        self._pace()
        if self.mailbox is not None:
            self.mailbox.roomy()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()
        self._transport = None
        self._exchange.ended(self)
        self._handle(self.session.disconnected())

    # From the rest of the SMSC

    @property
    def faults(self) -> Faults:
        """What this connection meets."""
        return self._exchange.book.of(self.system)

    @property
    def receiving(self) -> bool:
        """Whether it was bound to receive."""
        return self.session.state in _RECEIVING

    @property
    def room(self) -> int:
        """Receipts that it takes now."""
        return self.session.room if self._writable and self.receiving and not self._silent() else 0

    @property
    def dead(self) -> bool:
        """Whether it has fallen silent."""
        return self._dead

    def accept(self, system: str, mailbox: Mailbox, tally: "Counter[str]") -> None:
        """Grant the bind."""
        if self.session.state is not State.BINDING or self._silent():
            return
        self.system, self.mailbox, self.tally = system, mailbox, tally
        self._bound_at = self._loop.time()
        self.session.accept("tolmach", self._bound_at)
        self.flush()
        if self.receiving:
            mailbox.enter(self)
        self._tick()

    def reject(self, status: int) -> None:
        """Refuse the bind."""
        if self.session.state is State.BINDING and not self._silent():
            self.session.reject(status)
            self.flush()

    def send(self, body: DeliverSm | DataSm, tag: int | None) -> None:
        """Send a receipt."""
        self.session.request(body, self._loop.time(), tag)

    def respond(self, sequence: int, body: Body, status: int) -> None:
        """Queue an answer."""
        if not self._silent():
            self.session.respond(sequence, body, status)

    def flush(self) -> None:
        """Write what is queued, and resume reading what waited for it."""
        data = self.session.data_to_send()
        if data and self._transport is not None and not self._silent():
            self._transport.write(data)
        self._pace()

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something after a while."""
        self._loop.call_later(seconds, action)

    def unbind(self) -> None:
        """Ask the client to go; one that is not bound goes at once."""
        if self.session.state in BOUND and not self._silent():
            self.session.unbind(self._loop.time())
            self.flush()
        else:
            self.cut()

    def cut(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()

    # Inside

    def _silent(self) -> bool:
        """Whether it has fallen silent, which is for good: a half-open connection does not come back."""
        self._dead = self._dead or (bool(self.system) and self.faults.half_open)
        return self._dead

    def _pace(self) -> None:
        """Read only while the client reads our answers and we keep up with its requests."""
        wanted = self._dead or (self._writable and self.answers.pending < MOST_PENDING)
        if self._transport is None or wanted == self._reading or self._transport.is_closing():
            return
        self._reading = wanted
        if wanted:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def _tick(self) -> None:
        """Look at the timers, and set the next look."""
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is None:
            return
        now = self._loop.time()
        if not self._silent():
            self._handle(self.session.tick(now))
            self.flush()
        due = [now + TICK, *filter(None, (self.session.deadline(),))]
        if self._bound_at is not None and self.faults.drop_every is not None:
            due.append(self._bound_at + self.faults.drop_every)
            if due[-1] <= now:
                self.cut()
                return
        self._timer = self._loop.call_at(max(min(due), now + 0.001), self._tick)

    def _handle(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Received(sequence, body):
                    self._on_request(sequence, body)
                case Answered() | Unanswered():
                    self._on_receipt(event)
                case BindRequested(_, request):
                    self._exchange.bind(self, request)
                case Garbled(error):
                    _log.info("smsc-garbled", system=self.system, remote=self.remote, error=str(error))
                case Closed():
                    self._on_closed()
                case _:
                    pass

    def _on_receipt(self, event: Answered | Unanswered) -> None:
        row = event.tag
        if not isinstance(row, int):
            self.mailbox.roomy()  # the second copy of a receipt
        elif isinstance(event, Answered):
            self.mailbox.answered(row, event.status)
        elif event.reason is Silence.TIMEOUT:
            self.mailbox.answered(row, None)
        else:
            self.mailbox.returned(row)

    def _on_request(self, sequence: int, body: Body) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if isinstance(body, SubmitSm | SubmitMulti | DataSm):
            self.submits += 1
            self._exchange.submit(self, sequence, body)
            if self.faults.drop_after is not None and self.submits >= self.faults.drop_after:
                self.cut()
        elif isinstance(body, QuerySm | CancelSm | ReplaceSm):
            self._exchange.ask(self, sequence, body)

    def _on_closed(self) -> None:
        if self._transport is not None:
            self.flush()
            self._transport.close()
