"""What phones' owners write back to systems."""

import pytest

from tests.clock import NOON, FakeClock
from tests.sandbox.esme import bound, message
from tests.sandbox.legs import sms
from tolmach.codecs.smpp import tlv
from tolmach.codecs.smpp.bodies import DataSm, DeliverSm
from tolmach.codecs.smpp.constants import MessageState
from tolmach.codecs.smpp.tlv import Tag
from tolmach.sandbox.carrier import SandboxCarrier
from tolmach.sandbox.faults import Carriage, Faults
from tolmach.sandbox.handsets import NotPossible
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.smsc import Smsc
from tolmach.sandbox.smsc_message import Address, Owed
from tolmach.sandbox.smsc_written import render

PHONE, NAME = Address(1, 1, "79161234500"), Address(5, 0, "Tolmach")


def owed(text: str) -> Owed:
    return Owed(1, 4711, MessageState.ACCEPTED, NOON, NOON, NAME, PHONE, text, written=True)


@pytest.mark.parametrize(
    ("text", "coding", "octets"),
    [("Yes", 1, b"Yes"), ("Да", 8, "Да".encode("utf-16-be")), ("x" * 254, 1, b"x" * 254)],
)
def test_a_short_text(text: str, coding: int, octets: bytes) -> None:
    body = render(owed(text), Faults())
    assert isinstance(body, DeliverSm)
    assert (body.source_addr, body.destination_addr) == ("79161234500", "Tolmach")
    assert (body.esm_class, body.data_coding, body.short_message) == (0, coding, octets)


def test_a_long_text_and_data_sm() -> None:
    body = render(owed("x" * 255), Faults())
    assert isinstance(body, DeliverSm)
    assert (body.short_message, tlv.find(body.tlvs, Tag.MESSAGE_PAYLOAD)) == (b"", b"x" * 255)
    data = render(owed("Yes"), Faults(receipts_as=Carriage.DATA_SM))
    assert isinstance(data, DataSm)
    assert tlv.find(data.tlvs, Tag.MESSAGE_PAYLOAD) == b"Yes"


@pytest.fixture
def replies(phones: Phones, smsc: Smsc) -> Replies:
    kept = Replies(phones, home=False)
    kept.smsc = smsc
    return kept


async def test_a_reply_goes_to_the_system_that_wrote(port: int, replies: Replies) -> None:
    async with bound(port) as esme:
        await esme.submit(message(registered_delivery=0))
        assert await replies.add("79161234500", "", "Yes", NOON) == "Tolmach"
        assert await replies.add("79161234500", "1234", "No", NOON) == "1234"
        await esme.until(lambda: len(esme.receipts) == 2)
    first, second = esme.receipts
    assert isinstance(first, DeliverSm)
    assert isinstance(second, DeliverSm)
    assert (first.source_addr, first.destination_addr, first.short_message) == ("79161234500", "Tolmach", b"Yes")
    assert (second.destination_addr, second.short_message) == ("1234", b"No")


async def test_and_waits_until_it_is_there(port: int, replies: Replies) -> None:
    async with bound(port) as esme:
        await esme.submit(message(registered_delivery=0))
    await replies.add("79161234500", "", "Yes", NOON)
    async with bound(port) as esme:
        await esme.until(lambda: esme.receipts)


async def test_nobody_takes_a_reply_to_what_came_another_way(
    replies: Replies, carrier: SandboxCarrier, clock: FakeClock
) -> None:
    await carrier.submit([sms("79161234500")])
    with pytest.raises(NotPossible):
        await replies.add("79161234500", "", "Yes", clock.now())
