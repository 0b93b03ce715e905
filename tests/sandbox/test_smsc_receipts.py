"""Receipts: how they are written, repeated and sent wrong on purpose."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.clock import NOON, FakeClock
from tests.gateway import until
from tests.sandbox.esme import bound, message, read
from tolmach.codecs.smpp.bodies import DataSm, DeliverSm
from tolmach.codecs.smpp.constants import MessageState, Status
from tolmach.sandbox.faults import Carriage, Faults, IdForm
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc
from tolmach.sandbox.smsc_message import Address, Owed
from tolmach.sandbox.smsc_receipts import AGAIN, render

PHONE, NAME = Address(1, 1, "79161234500"), Address(5, 0, "Tolmach")
OWED = Owed(1, 4711, MessageState.DELIVERED, NOON, NOON + timedelta(minutes=1), NAME, PHONE, "Привет, ä")


def test_the_text_of_appendix_b() -> None:
    body = render(OWED, Faults())
    assert isinstance(body, DeliverSm)
    assert body.short_message == (
        b"id:4711 sub:001 dlvrd:001 submit date:2603021200 done date:2603021201 stat:DELIVRD err:000 text:??????, ?"
    )


@pytest.mark.parametrize(
    ("text_ids", "tlv_ids", "ids"),
    [
        (IdForm.NONE, IdForm.DECIMAL, (None, "4711")),
        (IdForm.HEX, IdForm.NONE, ("1267", None)),
        (IdForm.PADDED_HEX, IdForm.PADDED, ("0000000000001267", "00000000000000004711")),
    ],
)
def test_where_and_how_the_id_stands(text_ids: IdForm, tlv_ids: IdForm, ids: tuple[str | None, str | None]) -> None:
    told = read(render(OWED, Faults(text_ids=text_ids, tlv_ids=tlv_ids)))
    assert (told.text_id, told.tlv_id) == ids
    assert (told.stat, told.state, told.submitted) == ("DELIVRD", MessageState.DELIVERED, NOON)


async def test_receipts_in_data_sm(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(receipts_as=Carriage.DATA_SM), None)
    async with bound(port) as esme:
        (identifier,) = await esme.submit(message())
        assert (await esme.receipt()).ids == (identifier,)
        assert isinstance(esme.receipts[0], DataSm)


async def test_duplicates(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(duplicate_receipts=1), None)
    async with bound(port) as esme:
        await esme.submit(message())
        await esme.receipt(2)
        assert esme.receipts[0] == esme.receipts[1]


@pytest.fixture
async def still(phones: Phones, clock: FakeClock) -> AsyncIterator[Smsc]:
    """An SMSC whose clock stands at noon."""
    smsc = Smsc(phones, clock, delay=1)
    await smsc.start("127.0.0.1", 0)
    yield smsc
    await smsc.stop()


async def test_a_receipt_waits_for_its_delay(still: Smsc, clock: FakeClock) -> None:
    assert still.address is not None
    still.book.put(Faults(receipt_delay=5), "slow")
    async with bound(still.address[1]) as esme, bound(still.address[1], system="slow") as slow:
        await esme.submit(message())
        await slow.submit(message())
        assert esme.receipts == []
        clock.advance(timedelta(seconds=1))
        await esme.receipt()
        assert slow.receipts == []
        clock.advance(timedelta(seconds=4))
        assert (await slow.receipt()).done == NOON


@pytest.mark.parametrize("refusal", [Status.RX_T_APPN, Status.RSYSERR, Status.RMSGQFUL])
async def test_a_refused_receipt_comes_again(still: Smsc, clock: FakeClock, refusal: Status) -> None:
    assert still.address is not None
    async with bound(still.address[1]) as esme:
        answers = iter([refusal, refusal, Status.ROK])
        esme.acknowledge = lambda _: next(answers)
        await esme.submit(message())

        async def thrice() -> bool:
            clock.advance(AGAIN)
            return len(esme.receipts) == 3

        await until(thrice)

        async def settled() -> bool:
            return (await still.status())["receipts_owed"] == 0

        await until(settled)


@pytest.mark.parametrize("refusal", [Status.RX_P_APPN, Status.RX_R_APPN])
async def test_a_receipt_refused_for_good_does_not(port: int, smsc: Smsc, refusal: Status) -> None:
    async with bound(port) as esme:
        esme.acknowledge = lambda _: refusal
        await esme.submit(message())
        await esme.receipt()
        await esme.leave()
    async with bound(port) as esme:
        await esme.submit(message("79161234501"))
        await esme.receipt()
        assert [one.source_addr for one in esme.receipts] == ["79161234501"]


async def test_what_one_session_did_not_acknowledge_goes_to_the_next(port: int) -> None:
    async with bound(port) as second:
        async with bound(port, "rx") as first:
            first.acknowledge = second.acknowledge = lambda _: None
            ids = await second.submit(*[message()] * 20)
            await first.until(lambda: len(first.receipts) + len(second.receipts) == 20)
            assert first.receipts
            assert second.receipts
        await second.until(lambda: {read(one).tlv_id for one in second.receipts} == set(ids))
