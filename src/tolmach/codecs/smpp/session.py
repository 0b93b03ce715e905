"""One SMPP session without I/O, for either side of a link.

Three verbs: `receive` octets and get events, call methods that queue PDUs, take `data_to_send`; and
`tick` when `deadline` has come. Every time is a float in seconds that the caller gives as `now`; it must
never go back (a monotonic clock).
"""

from dataclasses import dataclass
from typing import Final

from tolmach.codecs.smpp import bodies, pdu, tlv
from tolmach.codecs.smpp.bodies import Bind, Body
from tolmach.codecs.smpp.constants import MAX_SEQUENCE, RESPONSE_BIT, VERSION_34, CommandId, Status
from tolmach.codecs.smpp.errors import BadPdu
from tolmach.codecs.smpp.events import (
    Answered,
    BindRefused,
    BindRequested,
    Bound,
    Closed,
    Ending,
    Event,
    Garbled,
    Received,
    Silence,
    Stray,
    Unanswered,
)
from tolmach.codecs.smpp.framing import Framer
from tolmach.codecs.smpp.pdu import Pdu
from tolmach.codecs.smpp.states import BINDS, BOUND, UNANSWERED, Role, State, may_send
from tolmach.codecs.smpp.waiting import Request, Waiting

_BIND_ANSWERS: Final = {
    CommandId.BIND_RECEIVER: bodies.BindReceiverResp,
    CommandId.BIND_TRANSMITTER: bodies.BindTransmitterResp,
    CommandId.BIND_TRANSCEIVER: bodies.BindTransceiverResp,
}


class NotAllowed(RuntimeError):  # noqa: N818
    """The call does not fit the state of the session."""


class WindowFull(RuntimeError):  # noqa: N818
    """As many requests as the window allows wait for their answers."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The timers of 7.2, in seconds.

    `session_init`: until the bind is done. `response`: until an answer. `enquire_link`: silence of the
    peer before we ask; `enquire_answer`: silence after that before we call it dead. `inactivity`: time
    without messages before we unbind, None for never.
    """

    session_init: float = 30.0
    response: float = 60.0
    enquire_link: float = 15.0
    enquire_answer: float = 10.0
    inactivity: float | None = None


class Session:
    """State of one connection. `window` counts message requests of ours, not binds or enquire_link."""

    def __init__(self, role: Role, *, now: float, window: int = 10, timing: Timing | None = None) -> None:
        self.role = role
        self.window = window
        self.timing = timing or Timing()
        self._framer = Framer()
        self._waiting = Waiting()
        self._outgoing: list[bytes] = []
        self._sequence = 0
        self._started = self._heard = self._active = now
        self._enquired: float | None = None
        self._binding: tuple[int, int] | None = None  # sequence and command of the bind in progress
        self._unbinding: tuple[int, float] | None = None  # sequence and time of our unbind
        self.state = State.OPEN
        self.closed = False
        self.answered: float | None = None
        """When a request of ours was last answered in time."""
        self.unanswered = 0
        """Requests sent after that which are over without an answer: their time ran out, or the session ended."""
        self._welcome = may_send(role.peer, State.OPEN)
        self._allowed = may_send(role, State.OPEN)

    # What the owner looks at

    @property
    def room(self) -> int:
        """Requests that may be sent now; 0 when the state allows none."""
        return max(0, self.window - len(self._waiting)) if self.state in BOUND else 0

    @property
    def in_flight(self) -> int:
        """Requests of ours without an answer."""
        return len(self._waiting)

    def data_to_send(self) -> bytes:
        """Octets to write now; each is given once."""
        if not self._outgoing:
            return b""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        self._waiting.handed_over()
        return data

    def deadline(self) -> float | None:
        """When `tick` has something to do, unless octets arrive before; None when closed."""
        timing = self.timing
        if self.closed:
            return None
        if self._unbinding is not None:
            return self._unbinding[1] + timing.response
        if self.state not in BOUND:
            return self._started + timing.session_init
        moments = [
            self._heard + timing.enquire_link if self._enquired is None else self._enquired + timing.enquire_answer
        ]
        oldest = self._waiting.oldest()
        if oldest is not None:
            moments.append(oldest + timing.response)
        if timing.inactivity is not None:
            moments.append(self._active + timing.inactivity)
        return min(moments)

    # What the owner sends

    def bind(self, request: Bind, now: float) -> int:
        """ESME side: ask to be bound; the answer comes as `Bound` or `BindRefused`."""
        if self.role is not Role.ESME or self.state is not State.OPEN:
            raise NotAllowed(f"bind as {self.role.value} in state {self.state.value}")
        sequence = self._next()
        self._outgoing.append(pdu.encode(request, sequence))
        self._binding = (sequence, pdu.command_of(request))
        self._started = now
        self._enter(State.BINDING)
        return sequence

    def accept(self, system_id: str, now: float, tlvs: tlv.Tlvs | None = None) -> None:
        """SMSC side: grant the bind that was requested; by default we say that we speak 3.4."""
        sequence, command = self._requested_bind()
        if tlvs is None:
            tlvs = (tlv.make(tlv.Tag.SC_INTERFACE_VERSION, VERSION_34),)
        answer = _BIND_ANSWERS[CommandId(command)](system_id, tlvs)
        self._outgoing.append(pdu.encode(answer, sequence))
        self._heard = self._active = now
        self._binding = None
        self._enter(BINDS[command])

    def reject(self, status: int) -> None:
        """SMSC side: refuse the bind that was requested; the peer may try again."""
        sequence, command = self._requested_bind()
        self._outgoing.append(pdu.bare(command | RESPONSE_BIT, sequence, status))
        self._binding = None
        self._enter(State.OPEN)

    def request(self, body: Body, now: float, tag: object = None) -> int:
        """Queue a message request; its answer carries `tag`. Gives the sequence number.

        Raises `NotAllowed`, `WindowFull`, `Unencodable`; nothing is queued then.
        """
        command = pdu.command_of(body)
        if command not in self._allowed or command in UNANSWERED:
            raise NotAllowed(f"{type(body).__name__} in state {self.state.value}")
        if len(self._waiting.pending) >= self.window:
            raise WindowFull(f"{self.window} requests are waiting")
        sequence = self._next()
        self._outgoing.append(pdu.encode(body, sequence))
        self._waiting.add(sequence, Request(tag, command, now))
        self._active = now
        return sequence

    def enquire(self, now: float, tag: object = None) -> int:
        """Queue an enquire_link of the owner's own, answered like a message. Raises `NotAllowed`."""
        if self.state not in BOUND:
            raise NotAllowed(f"enquire_link in state {self.state.value}")
        sequence = self._next()
        self._outgoing.append(pdu.encode(bodies.EnquireLink(), sequence))
        self._waiting.add(sequence, Request(tag, CommandId.ENQUIRE_LINK, now))
        return sequence

    def announce(self, body: bodies.Outbind | bodies.AlertNotification) -> int:
        """SMSC side: queue one of the two requests that have no answer. Raises as `request` does."""
        if pdu.command_of(body) not in self._allowed:
            raise NotAllowed(f"{type(body).__name__} in state {self.state.value}")
        sequence = self._next()
        self._outgoing.append(pdu.encode(body, sequence))
        return sequence

    def respond(self, sequence: int, body: Body, status: int = Status.ROK) -> None:
        """Queue the answer to a `Received`; `body` is of the response's type, also for a refusal.

        Ignored when the session is closed meanwhile. Raises `Unencodable`.
        """
        if not self.closed:
            self._outgoing.append(pdu.encode(body, sequence, status))

    def unbind(self, now: float) -> None:
        """Ask to end the session; answers to what is in flight are still awaited until the peer agrees."""
        if self.state not in BOUND:
            raise NotAllowed(f"unbind in state {self.state.value}")
        sequence = self._next()
        self._outgoing.append(pdu.encode(bodies.Unbind(), sequence))
        self._unbinding = (sequence, now)
        self.state = State.UNBINDING
        self._allowed = may_send(self.role, State.UNBINDING)  # but the peer's last messages stay welcome

    # What comes in

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take octets from the connection; never raises for what a peer sent.

        The session is already as far as the last event says (it may be `Closed`) when the owner looks
        at the first: see `room` before answering an event with a request.
        """
        events: list[Event] = []
        frames = self._framer.feed(data)
        if frames:
            self._heard = now
            self._enquired = None
        for frame in frames:
            if self.closed:
                return events
            self._on_frame(frame, now, events)
        fault = self._framer.fault
        if fault is not None and not self.closed:
            self._garbled(fault, events)
            self._end(Ending.GARBAGE, events)
        return events

    def tick(self, now: float) -> list[Event]:
        """Do what the timers ask for."""
        events: list[Event] = []
        if self.closed:
            return events
        for sequence, request in self._waiting.expire(now - self.timing.response):
            events.append(self._silent(sequence, request, Silence.TIMEOUT, handed_over=True))
        if self._unbinding is not None:
            if now >= self._unbinding[1] + self.timing.response:
                self._end(Ending.UNBOUND, events)
        elif self.state not in BOUND:
            if now >= self._started + self.timing.session_init:
                self._end(Ending.NOT_BOUND, events)
        else:
            self._watch(now, events)
        return events

    def disconnected(self) -> list[Event]:
        """The connection is gone: everything in flight comes out as `Unanswered`, then `Closed`."""
        events: list[Event] = []
        if not self.closed:
            self._end(Ending.DISCONNECTED, events)
        return events

    # Inside

    def _next(self) -> int:
        sequence = self._sequence % MAX_SEQUENCE + 1
        while sequence in self._waiting:
            sequence = sequence % MAX_SEQUENCE + 1
        self._sequence = sequence
        return sequence

    def _enter(self, state: State) -> None:
        self.state = state
        self._allowed = may_send(self.role, state)
        self._welcome = may_send(self.role.peer, state)

    def _requested_bind(self) -> tuple[int, int]:
        if self.role is not Role.SMSC or self._binding is None:
            raise NotAllowed(f"no bind to answer in state {self.state.value}")
        return self._binding

    def _silent(self, sequence: int, request: Request, reason: Silence, *, handed_over: bool) -> Unanswered:
        if handed_over and (self.answered is None or request.sent_at >= self.answered):
            self.unanswered += 1
        return Unanswered(request.tag, sequence, request.command, reason, handed_over)

    def _end(self, reason: Ending, events: list[Event]) -> None:
        for sequence, request, handed_over in self._waiting.drain():
            events.append(self._silent(sequence, request, Silence.CLOSED, handed_over=handed_over))
        self._enter(State.CLOSED)
        self.closed = True
        events.append(Closed(reason))

    def _garbled(self, error: BadPdu, events: list[Event]) -> None:
        if error.command is None or not error.command & RESPONSE_BIT:
            self._outgoing.append(pdu.refusal(error))
        events.append(Garbled(error))

    def _watch(self, now: float, events: list[Event]) -> None:
        timing = self.timing
        if self._enquired is not None:
            if now >= self._enquired + timing.enquire_answer:
                self._end(Ending.DEAD, events)
        elif now >= self._heard + timing.enquire_link:
            self._outgoing.append(pdu.encode(bodies.EnquireLink(), self._next()))
            self._enquired = now
        if timing.inactivity is not None and self.state in BOUND and now >= self._active + timing.inactivity:
            self.unbind(now)

    def _on_frame(self, frame: bytes, now: float, events: list[Event]) -> None:
        try:
            one = pdu.decode(frame)
        except BadPdu as error:
            self._garbled(error, events)
            return
        command = one.command
        if command & RESPONSE_BIT:
            self._on_answer(one, now, events)
        elif command in self._welcome and one.body is not None:
            self._active = now
            events.append(Received(one.sequence, one.body))
        else:
            self._on_control(one, events)

    def _on_answer(self, one: Pdu, now: float, events: list[Event]) -> None:
        found = self._waiting.answer(one.sequence, one.command)
        if found is not None:
            request, late = found
            self._active = now
            if not late:
                self.answered, self.unanswered = now, 0
            body = None if one.command == CommandId.GENERIC_NACK else one.body
            events.append(Answered(request.tag, one.sequence, one.status, body, now - request.sent_at, late))
        elif self._binding is not None and self._binding[0] == one.sequence:
            self._on_bind_answer(one, now, events)
        elif self._unbinding is not None and self._unbinding[0] == one.sequence:
            self._end(Ending.UNBOUND, events)
        elif one.command != CommandId.ENQUIRE_LINK_RESP:
            events.append(Stray(one.command, one.sequence, one.status))

    def _on_bind_answer(self, one: Pdu, now: float, events: list[Event]) -> None:
        _, command = self._binding or (0, 0)
        if one.command not in {command | RESPONSE_BIT, CommandId.GENERIC_NACK} or self.role is Role.SMSC:
            events.append(Stray(one.command, one.sequence, one.status))
            return
        self._binding = None
        if one.status or not isinstance(one.body, bodies.BindResp):
            self._enter(State.OPEN)
            events.append(BindRefused(one.status or Status.RBINDFAIL))
            return
        self._active = now
        self._enter(BINDS[command])
        version = tlv.number(one.body.tlvs, tlv.Tag.SC_INTERFACE_VERSION)
        events.append(Bound(self.state, one.body.system_id, version))

    def _on_control(self, one: Pdu, events: list[Event]) -> None:
        command, sequence = one.command, one.sequence
        if command == CommandId.ENQUIRE_LINK:
            self._outgoing.append(pdu.encode(bodies.EnquireLinkResp(), sequence))
        elif command == CommandId.UNBIND:
            self._outgoing.append(pdu.encode(bodies.UnbindResp(), sequence))
            self._end(Ending.PEER_UNBOUND, events)
        elif isinstance(one.body, Bind) and self.role is Role.SMSC and self.state is State.OPEN:
            self._binding = (sequence, command)
            self._enter(State.BINDING)
            events.append(BindRequested(sequence, one.body))
        else:
            self._out_of_state(one, events)

    def _out_of_state(self, one: Pdu, events: list[Event]) -> None:
        if one.command not in UNANSWERED:
            again = one.command in BINDS and self.role is Role.SMSC
            status = Status.RALYBND if again else Status.RINVBNDSTS
            self._outgoing.append(pdu.bare(one.command | RESPONSE_BIT, one.sequence, status))
        events.append(Stray(one.command, one.sequence, one.status))
