"""One bind of a link, kept up: connect, bind, wait for the end, and again after a pause."""

import asyncio
import random
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import structlog

from tolmach.codecs.smpp.bodies import Bind, BindReceiver, BindTransceiver, BindTransmitter
from tolmach.codecs.smpp.constants import Status, status_name
from tolmach.codecs.smpp.session import Session, Timing
from tolmach.codecs.smpp.states import BOUND, Role
from tolmach.connectors.smpp_wire import Owner, Wire
from tolmach.core.links import BindMode, SmppLink, Tls

FAREWELL_SECONDS: Final = 1.0
SILENT: Final = 5  # submit_sm in a row that nobody answered: what comes then is not to be lost
UNANSWERED: Final = "no answer to its last messages"
_KINDS: Final[dict[BindMode, tuple[type[Bind], ...]]] = {
    BindMode.TRANSCEIVER: (BindTransceiver,),
    BindMode.PAIR: (BindTransmitter, BindReceiver),
    BindMode.TRANSMITTER: (BindTransmitter,),
}
_BAD_LOGIN: Final = frozenset({Status.RINVPASWD, Status.RINVSYSID, Status.RBINDFAIL})

log = structlog.get_logger(__name__)


def bindings(link: SmppLink, owner: Owner) -> "list[Binding]":
    """Return the binds that make up one of the connections that a link has, or one pair of them."""
    return [Binding(link, kind, owner) for kind in kinds(link)]


class Binding:
    """Keeps one bind. ``wire`` is its connection, ``error`` why the last one ended, ``retry_at`` when the next is due.

    ``retry_at`` is in seconds of the event loop's clock, 0 while connected.
    """

    def __init__(self, link: SmppLink, kind: type[Bind], owner: Owner) -> None:
        self.wire: Wire | None = None
        self.error = ""
        self.retry_at = 0.0
        self.retires = False
        self._link = link
        self._request = kind(link.system_id, link.password, link.system_type)
        self._owner = owner
        self._failures = 0
        self._silent = False  # since the last answers that did not come

    @property
    def bound(self) -> bool:
        """Whether messages can pass."""
        return self.wire is not None and self.wire.session.state in BOUND

    @property
    def in_flight(self) -> int:
        """Parts without an answer."""
        return 0 if self.wire is None else self.wire.session.in_flight

    def retire(self) -> None:
        """Send nothing more by it."""
        self.retires = True
        if self.wire is not None:
            self.wire.retires = True

    async def keep(self) -> None:
        """Keep the bind up until cancelled; then unbind."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._once()
                pause = self._pause()
                log.warning("smpp-link-down", link=self._link.name, error=self.error, retry_in=round(pause, 2))
                self.retry_at = loop.time() + pause
                await asyncio.sleep(pause)
                self.retry_at = 0.0
        finally:
            await self._leave()

    def succeeded(self) -> None:
        """The carrier accepted the bind."""
        log.info("smpp-link-up", link=self._link.name, bind=type(self._request).__name__)
        self.error = UNANSWERED if self._silent else ""
        if not self._silent:
            self._failures = 0

    def judge(self) -> None:
        """Leave a carrier that answers no message, and trust it again when it answers one.

        What it has not answered may be with it, so each is lost. A bind that is left rests as one that cannot be had,
        longer each time, and sends one message at first: that one costs no more than itself.
        """
        wire = self.wire
        if wire is None:
            return
        session = wire.session
        if wire.probes and session.answered is not None:
            log.info("smpp-link-answers", link=self._link.name)
            wire.probes = self._silent = False
            session.window, self._failures, self.error = self._link.window, 0, ""
        elif session.unanswered >= (1 if wire.probes else SILENT) and not wire.retires:
            self._silent, self._failures = True, max(1, self._failures)
            if session.state in BOUND:
                self.error = UNANSWERED
                wire.unbind()

    def refused(self, status: int) -> None:
        """The carrier refused the bind. After a wrong login it is asked as seldom as allowed: some lock it."""
        self.error = f"bind refused: {status_name(status)}"
        if status in _BAD_LOGIN:
            self._failures = 64
        if self.wire is not None:
            self.wire.close()

    def ended(self, reason: str) -> None:
        """The session is over."""
        self.error = self.error or reason

    async def _once(self) -> None:
        self._failures += 1
        try:
            async with asyncio.timeout(self._link.timers.bind):
                self.wire = await self._connect()
        except TimeoutError:
            self.error = "no connection in time"
        except (OSError, UnicodeError, ValueError) as error:
            self.error = f"no connection: {error}"
        else:
            self.error = "it ended the session before the bind" if self.wire.session.closed else ""
            await self.wire.closed.wait()
        self.wire = None

    async def _connect(self) -> Wire:
        loop, link, timers = asyncio.get_running_loop(), self._link, self._link.timers
        timing = Timing(timers.bind, timers.response, timers.enquire_link, timers.enquire_answer)
        window = 1 if self._silent else link.window
        session = Session(Role.ESME, now=loop.time(), window=window, timing=timing)
        wire = Wire(session, self._owner)
        self.wire = wire
        wire.retires, wire.probes = self.retires, self._silent
        await loop.create_connection(lambda: wire, link.host, link.port, ssl=context(link.tls))
        if not session.closed:  # who is no SMSC may have said so already
            session.bind(self._request, loop.time())
            wire.flush()
        return wire

    def _pause(self) -> float:
        """Doubling up to the link's limit, and somewhere in the upper half, so that links do not come back at once."""
        timers = self._link.timers
        whole: float = min(timers.reconnect_most, timers.reconnect_first * 2.0 ** min(max(0, self._failures - 1), 20))
        return whole * random.uniform(0.5, 1)  # noqa: S311 - no secret

    async def _leave(self) -> None:
        wire = self.wire
        if wire is None or not wire.open:
            return
        wire.unbind()
        with suppress(TimeoutError):
            await asyncio.wait_for(wire.closed.wait(), FAREWELL_SECONDS)
        wire.close()
        self.wire = None


def kinds(link: SmppLink) -> Sequence[type[Bind]]:
    """Return the binds that make up one connection of a link, or one pair; the first of them can send."""
    return _KINDS[link.bind]


def context(tls: Tls | None) -> ssl.SSLContext | None:
    """Return what a connection is encrypted with; None for none."""
    if tls is None:
        return None
    context = ssl.create_default_context(cafile=tls.ca)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
