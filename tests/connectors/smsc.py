"""A small SMSC over our own session, on a loopback port; what it does with a message is the test's to say."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.gateway import until
from tolmach.codecs.smpp import tlv
from tolmach.codecs.smpp.bodies import Bind, DataSm, DeliverSm, SubmitSm, SubmitSmResp
from tolmach.codecs.smpp.constants import EsmClass, MessageState, Status
from tolmach.codecs.smpp.events import Answered, BindRequested, Event, Received
from tolmach.codecs.smpp.session import Session, Timing
from tolmach.codecs.smpp.states import Role
from tolmach.connectors.smpp import SmppConnector
from tolmach.core.content import Channel, Content, SmsText
from tolmach.core.delivery import Outcome, ProviderEvent, Submission
from tolmach.core.ids import LegId
from tolmach.core.links import SmppLink, Timers
from tolmach.workers.clock import SystemClock

PHONE = "79161234567"
EXPIRES = datetime.now(UTC) + timedelta(days=1)


class Peer(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, smsc: "Smsc") -> None:
        self.smsc = smsc
        self.session = Session(Role.SMSC, now=0.0, window=100_000, timing=Timing(enquire_link=3600, response=3600))
        self.transport: Any = None
        self.deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.smsc.peers.append(self)
        self.smsc.connections += 1
        self.smsc.on_connect(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.smsc.peers.remove(self)

    def data_received(self, data: bytes) -> None:
        if self.deaf:
            return
        for event in self.session.receive(data, 0.0):
            self.smsc.happened(self, event)
        self.flush()
        if self.session.closed:
            self.transport.close()

    def flush(self) -> None:
        data = self.session.data_to_send()
        if data:
            self.transport.write(data)

    def answer(self, sequence: int, message_id: str = "", status: int = Status.ROK) -> None:
        self.session.respond(sequence, SubmitSmResp(message_id), status)
        self.flush()

    def deliver(self, body: DeliverSm | DataSm) -> None:
        self.session.request(body, 0.0, body)
        self.flush()

    def drop(self) -> None:
        self.transport.abort()


Behaviour = Callable[["Smsc", Peer, int, SubmitSm], None]


def take(smsc: "Smsc", peer: Peer, sequence: int, body: SubmitSm) -> None:
    """Accept a message."""
    peer.answer(sequence, smsc.accept(body))


def deliver(smsc: "Smsc", peer: Peer, sequence: int, body: SubmitSm) -> None:
    """Accept a message and report it delivered at once."""
    name = smsc.accept(body)
    peer.answer(sequence, name)
    peer.deliver(receipt(name))


def deliver_first(smsc: "Smsc", peer: Peer, sequence: int, body: SubmitSm) -> None:
    """Report a message delivered before it is said to be accepted."""
    name = smsc.accept(body)
    peer.deliver(receipt(name))
    peer.answer(sequence, name)


def nothing(smsc: "Smsc", peer: Peer, sequence: int, body: SubmitSm) -> None:
    """Do not answer."""


def refuse(*statuses: int) -> Behaviour:
    """Answer with these statuses in turn, then accept."""
    left = list(statuses)

    def behave(smsc: "Smsc", peer: Peer, sequence: int, body: SubmitSm) -> None:
        if left:
            peer.answer(sequence, status=left.pop(0))
        else:
            take(smsc, peer, sequence, body)

    return behave


@dataclass
class Smsc:
    """Remembers what it was sent (``seen``), what it took (``taken``), and how its own requests were answered."""

    behave: Behaviour = take
    bind_status: int = Status.ROK
    tls: ssl.SSLContext | None = None
    on_connect: Callable[[Peer], None] = lambda _: None
    port: int = 0
    connections: int = 0
    seen: list[SubmitSm] = field(default_factory=list)
    taken: list[SubmitSm] = field(default_factory=list)
    waiting: list[tuple[Peer, int, SubmitSm]] = field(default_factory=list)
    binds: list[Bind] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)

    @property
    def bound(self) -> list[Peer]:
        """The connections that may be told something: one is there a while before its bind is answered."""
        return [peer for peer in self.peers if peer.session.room]

    def happened(self, peer: Peer, event: Event) -> None:
        match event:
            case BindRequested(_, request):
                self.binds.append(request)
                if self.bind_status:
                    peer.session.reject(self.bind_status)
                else:
                    peer.session.accept("smsc", 0.0)
            case Received(sequence, SubmitSm() as body):
                self.seen.append(body)
                self.waiting.append((peer, sequence, body))
                self.behave(self, peer, sequence, body)
            case Answered():
                self.answers.append(event.status)

    def accept(self, body: SubmitSm) -> str:
        """Take a message under the next id."""
        self.taken.append(body)
        return str(len(self.taken))


def receipt(name: str, state: MessageState = MessageState.DELIVERED, stat: str = "DELIVRD") -> DeliverSm:
    """A receipt as most carriers write it, without a date that could be wrong."""
    text = f"id:{name} sub:001 dlvrd:001 submit date:2603021200 done date:2603021201 stat:{stat} err:000 text:"
    tlvs = (tlv.make(tlv.Tag.RECEIPTED_MESSAGE_ID, name), tlv.make(tlv.Tag.MESSAGE_STATE, state))
    return DeliverSm("", 1, 1, PHONE, 5, 0, "Tolmach", EsmClass.RECEIPT, short_message=text.encode(), tlvs=tlvs)


@asynccontextmanager
async def serving(behave: Behaviour = take, **more: Any) -> AsyncIterator[Smsc]:
    """An SMSC on a free port until the block ends."""
    smsc = Smsc(behave, **more)
    server = await asyncio.get_running_loop().create_server(lambda: Peer(smsc), "127.0.0.1", smsc.port, ssl=smsc.tls)
    smsc.port = server.sockets[0].getsockname()[1]
    try:
        yield smsc
    finally:
        server.close()
        for peer in list(smsc.peers):
            peer.drop()
        await server.wait_closed()


def link(smsc: Smsc, **changes: Any) -> SmppLink:
    """A link to it that loses no time."""
    timers = Timers(**({"reconnect_first": 0.02, "reconnect_most": 0.05} | changes.pop("timers", {})))
    given: dict[str, Any] = {
        "name": "carrier",
        "host": "127.0.0.1",
        "port": smsc.port,
        "system_id": "esme",
        "password": "secret",
    }
    return SmppLink(**(given | changes), timers=timers)


@dataclass
class Sink:
    """Keeps events; fails while ``error`` is set."""

    events: list[Any] = field(default_factory=list)
    batches: int = 0
    error: Exception | None = None

    async def __call__(self, events: Sequence[ProviderEvent]) -> None:
        self.batches += 1
        if self.error is not None:
            raise self.error
        self.events.extend(events)


@asynccontextmanager
async def connected(
    smsc: Smsc, sink: Callable[[Sequence[ProviderEvent]], Awaitable[None]] | None = None, **changes: Any
) -> AsyncIterator[SmppConnector]:
    """A link that is up, until the block ends."""
    connector = SmppConnector(link(smsc, **changes), SystemClock())
    running = asyncio.create_task(connector.run(sink or Sink()))
    try:
        await eventually(lambda: connector.room > 0)
        yield connector
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def stored(connector: SmppConnector, legs: Sequence[Submission]) -> Sequence[Outcome]:
    """Submit legs, more than may be sent at a time, and have stored what became of those that were."""
    submitting = asyncio.create_task(connector.submit(legs))
    while not submitting.done():
        connector.stored(one.leg for one in legs)
        await asyncio.wait([submitting], timeout=0.005)
    return submitting.result()


async def eventually(probe: Callable[[], object]) -> None:
    """Wait until something is true."""

    async def ask() -> object:
        return probe()

    await until(ask)


def leg(number: int, text: str = "hello", **changes: Any) -> Submission:
    """The first leg of message ``number``; a content goes before a text."""
    content: Content = changes.pop("content", SmsText(text))
    return Submission(LegId(number * 10 + 1), PHONE, "Tolmach", Channel.SMS, content, 1, EXPIRES, **changes)
