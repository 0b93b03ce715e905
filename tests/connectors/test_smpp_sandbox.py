"""A link to the sandbox's SMSC, which reads messages with code of its own: every way to send a text comes whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.connectors.smsc import Sink, eventually, leg
from tolmach.connectors.smpp import SmppConnector
from tolmach.core.content import Address, Content, FlashText, SilentPing, SmsText, VCard, WapPush
from tolmach.core.delivery import Sent
from tolmach.core.links import BindMode, ContentRules, Long, Receipts, SmppLink, Validity
from tolmach.core.status import Status
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.raw import unpack
from tolmach.sandbox.smsc import Smsc
from tolmach.workers.clock import SystemClock

PHONE = "79161234500"


@pytest.fixture
async def phones(tmp_path: Path) -> AsyncIterator[Phones]:
    opened = Phones(tmp_path / "sandbox.sqlite")
    yield opened
    opened.close()


@pytest.fixture
async def port(phones: Phones) -> AsyncIterator[int]:
    smsc = Smsc(phones, SystemClock(), delay=0)
    await smsc.start("127.0.0.1", 0)
    assert smsc.address is not None
    yield smsc.address[1]
    await smsc.stop()


CARD = VCard("Иван Петров", cell="+79161234500", organization="Магазин; и склад", address=Address(city="Пермь"))
CONTENTS: dict[str, Content] = {
    "text": SmsText("Hello"),
    "gsm": SmsText("€{}" * 60),
    "ucs2": SmsText("Привет, 😀! " * 30),
    "flash": FlashText("Hello"),
    "long-flash": FlashText("Привет! " * 30),
    "ping": SilentPing(),
    "push": WapPush("Sale", "https://shop.example/sale"),
    "long-push": WapPush("Распродажа " * 20, "https://shop.example/sale"),
    "card": CARD,
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
@pytest.mark.parametrize("long", Long)
async def test_everything_comes_as_it_was_sent(phones: Phones, port: int, long: Long, content: Content) -> None:
    link = SmppLink(name="carrier", host="127.0.0.1", port=port, system_id="esme", content=ContentRules(long=long))
    sink = Sink()
    connector = SmppConnector(link, SystemClock())
    running = asyncio.create_task(connector.run(sink))
    await eventually(lambda: connector.room)
    (outcome,) = await connector.submit([leg(7, "")._replace(recipient=PHONE, content=content)])
    assert isinstance(outcome, Sent)
    await eventually(lambda: len(sink.events) == len(outcome.provider_ids))
    (message,) = await phones.messages(MessageQuery(phone=PHONE))
    assert (message.what(), message.sender) == (content, "Tolmach")
    assert len(unpack(message.raw)) == len(outcome.provider_ids)
    assert {event.provider_id for event in sink.events} == set(outcome.provider_ids)
    assert {event.status for event in sink.events} == {Status.DELIVERED}
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_other_rules(phones: Phones, port: int) -> None:
    rules = ContentRules(validity=Validity.ABSOLUTE, receipts=Receipts.LAST, priority=1)
    link = SmppLink(
        name="carrier", host="127.0.0.1", port=port, system_id="esme", bind=BindMode.PAIR, content=rules,
        time_zone="Europe/Moscow",
    )  # fmt: skip
    sink = Sink()
    connector = SmppConnector(link, SystemClock())
    running = asyncio.create_task(connector.run(sink))
    await eventually(lambda: connector.health().bound == 2)
    (outcome,) = await connector.submit([leg(7, "x" * 200)._replace(recipient=PHONE)])
    assert isinstance(outcome, Sent)
    assert len(outcome.provider_ids) == 1
    await eventually(lambda: sink.events)
    assert [event.provider_id for event in sink.events] == list(outcome.provider_ids)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
