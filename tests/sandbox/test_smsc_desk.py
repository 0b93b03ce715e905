"""What is refused by faults, and how many."""

import random

import pytest

from tests.sandbox.esme import Esme, bound, message
from tolmach.codecs.smpp.constants import Status
from tolmach.codecs.smpp.events import Answered
from tolmach.sandbox.faults import FaultBook, Faults
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc


async def statuses(esme: Esme, count: int) -> list[int]:
    found = [await esme.answer(tag) for tag in esme.request(*[message()] * count)]
    return [one.status for one in found if isinstance(one, Answered)]


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        (Faults(throttle=1), Status.RTHROTTLED),
        (Faults(queue_full=1), Status.RMSGQFUL),
        (Faults(refuse=Status.RSYSERR), Status.RSYSERR),
        (Faults(refuse=0x412), 0x412),
    ],
)
async def test_all_of_them(port: int, smsc: Smsc, phones: Phones, faults: Faults, code: int) -> None:
    smsc.book.put(faults, "demo")
    async with bound(port) as esme, bound(port, system="spared") as other:
        assert await statuses(esme, 3) == [code] * 3
        assert await statuses(other, 3) == [Status.ROK] * 3
        assert len(await phones.messages(MessageQuery())) == 3
        systems = (await smsc.status())["systems"]
        assert [systems[name]["refused"] for name in ("demo", "spared")] == [3, 0]  # type: ignore[index]
        smsc.book.clear("demo")
        assert await statuses(esme, 1) == [Status.ROK]


async def test_a_share_of_them(port: int, smsc: Smsc) -> None:
    smsc.book = FaultBook(random.Random(1).random)
    smsc._desk._book = smsc.book
    smsc.book.put(Faults(throttle=0.2), None)
    async with bound(port) as esme:
        found = await statuses(esme, 1000)
        assert 150 < found.count(Status.RTHROTTLED) < 250
        assert set(found) == {Status.RTHROTTLED, Status.ROK}


async def test_more_than_the_window(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(window=10), None)
    async with bound(port) as esme:
        assert await statuses(esme, 15) == [Status.ROK] * 10 + [Status.RTHROTTLED] * 5
        assert await statuses(esme, 10) == [Status.ROK] * 10


async def test_packed_septets(port: int, smsc: Smsc, phones: Phones) -> None:
    smsc.book.put(Faults(packed_gsm=True), None)
    async with bound(port) as esme:
        await esme.submit(message(text=bytes.fromhex("e8329bfd4697d9ec37")))
        (shown,) = await phones.messages(MessageQuery())
        assert shown.card.text == "hellohello"


async def test_a_batch_larger_than_one_transaction_takes(port: int, phones: Phones) -> None:
    async with bound(port) as esme:
        assert await statuses(esme, 1000) == [Status.ROK] * 1000
        assert await phones.last_id() == 1000
