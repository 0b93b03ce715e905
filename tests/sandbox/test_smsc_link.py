"""Connections that are not well: garbage, silence, readers that do not read, and those cut on purpose."""

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest

from tests.gateway import until
from tests.sandbox.esme import DEADLINE, BindFailed, bound, connected, message
from tolmach.codecs.smpp.bodies import BindTransceiver, EnquireLink
from tolmach.codecs.smpp.constants import MAX_PDU, CommandId, Status
from tolmach.codecs.smpp.events import Closed, Ending
from tolmach.codecs.smpp.pdu import encode
from tolmach.codecs.smpp.tlv import Tag, make
from tolmach.sandbox.faults import Faults
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc
from tolmach.sandbox.smsc_link import MOST_PENDING, Limits
from tolmach.workers.clock import SystemClock


@pytest.mark.parametrize(
    "garbage",
    [b"GET / HTTP/1.1\r\n\r\n", bytes(16), struct.pack(">4I", MAX_PDU + 1, 4, 0, 1), struct.pack(">4I", 15, 4, 0, 1)],
)
async def test_garbage_is_answered_and_closed(port: int, garbage: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(garbage)
    answer = await asyncio.wait_for(reader.read(), DEADLINE)
    length, command, status, _ = struct.unpack(">4I", answer)
    assert (length, status) == (16, Status.RINVCMDLEN)
    assert command in (CommandId.GENERIC_NACK, CommandId.SUBMIT_SM_RESP)
    writer.close()


async def test_the_largest_pdu_is_taken(port: int, phones: Phones) -> None:
    async with bound(port) as esme:
        await esme.submit(message(text=b"", tlvs=(make(Tag.MESSAGE_PAYLOAD, b"x" * 65_400),)))
    (shown,) = await phones.messages(MessageQuery())
    assert (len(shown.card.text), shown.parts) == (65_400, 255)


@pytest.fixture
async def impatient(phones: Phones) -> AsyncIterator[Smsc]:
    smsc = Smsc(phones, SystemClock(), delay=0, limits=Limits(bind=0.05, silence=0.05, answer=0.05))
    await smsc.start("127.0.0.1", 0)
    yield smsc
    await smsc.stop()


async def test_who_does_not_bind_in_time_is_closed(impatient: Smsc) -> None:
    assert impatient.address is not None
    esme = await connected(impatient.address[1])
    await esme.until(lambda: esme.lost)
    assert not impatient.links


async def test_who_does_not_answer_is_asked_and_closed(impatient: Smsc) -> None:
    assert impatient.address is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.address[1])
    writer.write(encode(BindTransceiver("demo", "demo"), 1))
    heard = await asyncio.wait_for(reader.read(), DEADLINE)
    assert heard.endswith(encode(EnquireLink(), 1))
    writer.close()


async def test_a_receipt_without_answer_comes_again_to_the_next(impatient: Smsc) -> None:
    assert impatient.address is not None
    async with bound(impatient.address[1]) as deaf:
        deaf.acknowledge = lambda _: None
        await deaf.submit(message())
        await deaf.receipt()

        async def given_up() -> bool:
            return not impatient._systems["demo"].mailbox._held

        await until(given_up)
    assert (await impatient.status())["receipts_owed"] == 1


async def test_a_client_that_does_not_read_is_not_read(port: int, smsc: Smsc, phones: Phones) -> None:
    async with bound(port) as esme:
        (link,) = smsc.links
        link._transport.set_write_buffer_limits(0)  # type: ignore[union-attr]
        esme.transport.pause_reading()
        link.pause_writing()
        assert not link._transport.is_reading()  # type: ignore[union-attr]
        assert link.room == 0
        tags = esme.request(message())
        link.resume_writing()
        esme.transport.resume_reading()
        await esme.answer(tags[0])
        await esme.receipt()
    assert await phones.last_id() == 1


async def test_more_than_it_can_take_waits_unread(port: int, smsc: Smsc) -> None:
    async with bound(port) as esme:
        esme.session.window = 10 * MOST_PENDING
        smsc.book.put(Faults(response_delay=0.2), None)
        tags = esme.request(*[message(registered_delivery=0)] * (2 * MOST_PENDING))
        (link,) = smsc.links
        reading: list[bool] = []
        decided = link.answers.expect

        def expect() -> None:
            decided()
            reading.append(link.answers.pending > MOST_PENDING + 1000)

        link.answers.expect = expect  # type: ignore[method-assign]
        await esme.answer(tags[-1])
        assert len(reading) == 2 * MOST_PENDING
        assert link._transport.is_reading()  # type: ignore[union-attr]


async def test_cut_after_so_many_submits(port: int, smsc: Smsc, phones: Phones) -> None:
    smsc.book.put(Faults(drop_after=3), None)
    async with bound(port) as esme:
        tags = esme.request(*[message()] * 10)
        await esme.until(lambda: esme.lost)
        assert Closed(Ending.DISCONNECTED) in esme.events
        assert len(esme.answers(tags[2])) == 1
    await smsc.stop()
    assert await phones.last_id() == 3


async def test_cut_every_so_often(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(drop_every=0.05), "demo")
    for _ in range(2):
        async with bound(port) as esme:
            await esme.until(esme.transport.is_closing)
    async with bound(port, system="spared") as esme:
        await esme.submit(message())


async def test_half_open(port: int, smsc: Smsc, phones: Phones) -> None:
    async with bound(port) as esme, bound(port, system="spared") as other:
        smsc.book.put(Faults(half_open=True), "demo")
        esme.request(message())
        newcomer = await connected(port)
        newcomer.session.bind(BindTransceiver("demo", "demo"), 0.0)
        newcomer.flush()
        await other.submit(message())
        assert [one.phone for one in await phones.messages(MessageQuery())] == ["79161234500"]
        smsc.book.clear(None)
        esme.request(message())
        await other.submit(message())
        assert esme.events[1:] == []
        assert newcomer.events == []
        assert await phones.last_id() == 2
        newcomer.transport.abort()
    async with bound(port) as again:
        await again.submit(message())


async def test_a_bind_refused_on_purpose(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(refuse_bind=Status.RALYBND), "demo")
    with pytest.raises(BindFailed) as refused:
        async with bound(port):
            pass
    assert refused.value.status == Status.RALYBND
