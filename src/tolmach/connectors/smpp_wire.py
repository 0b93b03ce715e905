"""One TCP connection with its session: octets in, events to the owner, octets out, and the session's timers."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol, cast

from tolmach.codecs.smpp.bodies import Body
from tolmach.codecs.smpp.events import Event
from tolmach.codecs.smpp.session import Session
from tolmach.codecs.smpp.states import State

DRAIN_SECONDS: Final = 1.0
_SUBMITTING: Final = (State.BOUND_TX, State.BOUND_TRX)


class Owner(Protocol):
    """Who is told what a session says."""

    def happened(self, wire: "Wire", events: Sequence[Event]) -> None:
        """Deal with events; what is to be written is flushed afterwards."""
        ...


class Wire(asyncio.Protocol):
    """The shell around one session. ``closed`` is set when the connection is gone."""

    def __init__(self, session: Session, owner: Owner) -> None:
        self.session = session
        self.closed = asyncio.Event()
        self.retires = False
        """Whether nothing more is sent: it ends when what is out is answered."""
        self.probes = False
        """Whether it is not known that messages are answered here: one at a time is sent."""
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._writable = True
        self._timer: asyncio.TimerHandle | None = None

    @property
    def submits(self) -> bool:
        """Whether the bind lets us send messages; not while it probes and waits for the answer."""
        if self.retires or (self.probes and self.session.in_flight):
            return False
        return self.session.state in _SUBMITTING

    @property
    def open(self) -> bool:
        """Whether there is a connection."""
        return self._transport is not None

    @property
    def room(self) -> int:
        """Parts that may be sent now; none while the peer does not take what was written before."""
        return self.session.room if self._writable and self.submits else 0

    def respond(self, sequence: int, body: Body, status: int) -> None:
        """Answer a request; without effect when the connection is gone."""
        self.session.respond(sequence, body, status)

    def flush(self) -> None:
        """Write what the session has to say, and mind its next deadline."""
        if self._transport is None:
            return
        if self._writable:  # else it stays in the session, which so knows that it was never sent
            data = self.session.data_to_send()
            if data:
                self._transport.write(data)
        if self.session.closed:
            self.close()
        else:
            self._arm()

    def close(self) -> None:
        """End the connection once what was written is out; soon, even if the peer takes nothing."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.close()
            self._loop.call_later(DRAIN_SECONDS, self._transport.abort)

    def unbind(self) -> None:
        """Ask for the end of the session, or just end the connection when it is not bound."""
        if self.session.state in _SUBMITTING or self.session.state is State.BOUND_RX:
            self.session.unbind(self._loop.time())
            self.flush()
        else:
            self.close()

    def read(self, go_on: bool) -> None:
        """Stop or go on reading."""
        if self._transport is None or self._transport.is_closing():
            return
        if go_on:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast("asyncio.Transport", transport)
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Octets of the peer."""
        self._tell(self.session.receive(data, self._loop.time()))

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()
        events = self.session.disconnected()
        self._transport = None
        self.closed.set()
        self._tell(events)

    def pause_writing(self) -> None:
        """The peer does not take what was written."""
        self._writable = False

    def resume_writing(self) -> None:
        """It does again."""
        self._writable = True
        self._tell(())

    def _tell(self, events: Sequence[Event]) -> None:
        self._owner.happened(self, events)
        self.flush()

    def _arm(self) -> None:
        """Have one timer, never later than the deadline; a deadline that moves away costs nothing until it rings."""
        deadline = self.session.deadline()
        if deadline is None or (self._timer is not None and self._timer.when() <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        now, deadline = self._loop.time(), self.session.deadline()
        if deadline is not None and deadline <= now:
            self._tell(self.session.tick(now))
        else:
            self._arm()
