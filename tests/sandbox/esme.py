"""A client of the SMSC over loopback, made of the session that the gateway uses."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from tolmach.codecs.smpp import bodies, receipt
from tolmach.codecs.smpp.bodies import (
    Bind,
    BindReceiver,
    BindTransceiver,
    BindTransmitter,
    Body,
    DataSm,
    DataSmResp,
    DeliverSm,
    DeliverSmResp,
    SubmitSm,
    SubmitSmResp,
)
from tolmach.codecs.smpp.constants import Status
from tolmach.codecs.smpp.events import Answered, BindRefused, Bound, Closed, Event, Received, Stray, Unanswered
from tolmach.codecs.smpp.receipt import ReceiptFields
from tolmach.codecs.smpp.session import Session
from tolmach.codecs.smpp.states import Role

DEADLINE = 30.0
KINDS: dict[str, type[Bind]] = {"tx": BindTransmitter, "rx": BindReceiver, "trx": BindTransceiver}


class BindFailed(Exception):  # noqa: N818
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Esme(asyncio.Protocol):
    """One connection. ``events`` has everything that came, in order; ``acknowledge`` answers receipts."""

    def __init__(self, window: int = 1000) -> None:
        self.session = Session(Role.ESME, now=asyncio.get_running_loop().time(), window=window)
        self.events: list[Event] = []
        self.receipts: list[DeliverSm | DataSm] = []
        self.acknowledge: Callable[[DeliverSm | DataSm], int | None] = lambda _: Status.ROK
        self.transport = cast(asyncio.Transport, None)
        self.lost = False
        self._tags = iter(range(1 << 30))
        self._news = asyncio.Condition()
        self._telling: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        for event in self.session.receive(data, self._now()):
            self.events.append(event)
            if isinstance(event, Received) and isinstance(event.body, DeliverSm | DataSm):
                self.receipts.append(event.body)
                status = self.acknowledge(event.body)
                if status is not None:
                    body = DataSmResp() if isinstance(event.body, DataSm) else DeliverSmResp()
                    self.session.respond(event.sequence, body, status)
            if isinstance(event, Closed):
                self.transport.write(self.session.data_to_send())
                self.transport.close()
        self.flush()
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.events += self.session.disconnected()
        self._tell()

    def flush(self) -> None:
        self.transport.write(self.session.data_to_send())

    def request(self, *requests: Body) -> list[int]:
        """Send requests in one write; return their tags."""
        tags = [next(self._tags) for _ in requests]
        for tag, body in zip(tags, requests, strict=True):
            self.session.request(body, self._now(), tag)
        self.flush()
        return tags

    async def until(self, probe: Callable[[], Any]) -> Any:
        """Wait for something that events bring."""
        async with asyncio.timeout(DEADLINE), self._news:
            while not (found := probe()):
                await self._news.wait()
            return found

    async def answer(self, tag: int) -> Answered | Unanswered:
        """Wait for what became of a request."""
        return cast(Answered | Unanswered, await self.until(lambda: self.answers(tag)[:1]) and self.answers(tag)[0])

    def answers(self, tag: int) -> list[Answered | Unanswered]:
        return [one for one in self.events if isinstance(one, Answered | Unanswered) and one.tag == tag]

    def strays(self) -> list[Stray]:
        return [one for one in self.events if isinstance(one, Stray)]

    async def ask(self, body: Body) -> Answered:
        """Send a request and return its answer."""
        answered = await self.answer(self.request(body)[0])
        assert isinstance(answered, Answered), answered
        return answered

    async def submit(self, *messages: Body) -> list[str]:
        """Send messages in one write; all have to be accepted. Returns their ids."""
        answers = [await self.answer(tag) for tag in self.request(*messages)]
        return [accepted(one) for one in answers]

    async def receipt(self, number: int = 1) -> ReceiptFields:
        """Wait for the receipt of this number, from 1."""
        await self.until(lambda: len(self.receipts) >= number)
        return read(self.receipts[number - 1])

    async def bind(self, request: Bind) -> None:
        self.session.bind(request, self._now())
        self.flush()
        await self.until(lambda: self.lost or any(isinstance(one, Bound | BindRefused) for one in self.events))
        last = next(one for one in reversed(self.events) if isinstance(one, Bound | BindRefused | Closed))
        if isinstance(last, BindRefused):
            raise BindFailed(last.status)
        assert isinstance(last, Bound), last

    async def leave(self) -> None:
        self.session.unbind(self._now())
        self.flush()
        await self.until(lambda: self.lost)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _tell(self) -> None:
        task = asyncio.create_task(self._notify())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()


def accepted(answer: Answered | Unanswered) -> str:
    """Return the id in an answer that accepts."""
    assert isinstance(answer, Answered), answer
    assert answer.status == Status.ROK, answer
    assert isinstance(answer.body, SubmitSmResp | DataSmResp | bodies.SubmitMultiResp)
    return answer.body.message_id


def read(body: DeliverSm | DataSm) -> ReceiptFields:
    return receipt.parse(body.short_message if isinstance(body, DeliverSm) else b"", body.tlvs)


async def connected(port: int) -> Esme:
    _, esme = await asyncio.get_running_loop().create_connection(Esme, "127.0.0.1", port)
    return esme


@asynccontextmanager
async def bound(port: int, kind: str = "trx", system: str = "demo", password: str = "demo") -> AsyncIterator[Esme]:
    """A bound client; BindFailed when it is refused."""
    esme = await connected(port)
    try:
        await esme.bind(KINDS[kind](system, password))
        yield esme
    finally:
        esme.transport.abort()
        await esme.until(lambda: esme.lost)


def message(recipient: str = "79161234500", text: bytes = b"Hello", **fields: Any) -> SubmitSm:
    """A message that asks for a receipt."""
    given: dict[str, Any] = {
        "source_addr_ton": 5,
        "source_addr": "Tolmach",
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "destination_addr": recipient,
        "registered_delivery": 1,
        "short_message": text,
    }
    return SubmitSm(**(given | fields))


def parts(texts: Sequence[bytes], header: Callable[[int, int], bytes], **fields: Any) -> list[SubmitSm]:
    """The parts of a long message, each behind its header."""
    total = len(texts)
    return [
        message(text=header(total, number) + text, esm_class=0x40, **fields) for number, text in enumerate(texts, 1)
    ]
