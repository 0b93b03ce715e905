import asyncio
from collections.abc import Sequence

import pytest

from tests.clock import NOON, FakeClock
from tests.gateway import DEADLINE
from tests.sandbox.legs import sms
from tests.sandbox.test_carrier import running
from tolmach.core.delivery import Inbound, ProviderEvent
from tolmach.core.ports import PartlyStoredError
from tolmach.sandbox.carrier import RETRY, SandboxCarrier
from tolmach.sandbox.handsets import NotThere
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import OwedReply, Replies, Said

PHONE = "79161234500"


async def test_a_reply_is_owed_until_it_is_stored(phones: Phones) -> None:
    replies = Replies(phones)
    assert await replies.add(PHONE, "1234", "Да", NOON) == "1234"
    assert replies.news.is_set()
    again = Replies(phones)  # after a restart
    (owed,) = await again.exchange([], 10)
    assert owed == OwedReply(owed.id, Inbound("sandbox", PHONE, "1234", "Да", NOON))
    assert await replies.exchange([owed.id], 10) == []


async def test_what_was_said_is_kept_until_the_phone_is_cleared(phones: Phones) -> None:
    replies = Replies(phones)
    for number, text in ((PHONE, "one"), (PHONE, "two"), ("79161234501", "other"), (PHONE, "three")):
        await replies.add(number, "1234", text, NOON)
    (owed, *_) = await replies.exchange([], 10)
    await replies.exchange([owed.id], 10)
    assert [one.text for one in await replies.said(PHONE, 10)] == ["one", "two", "three"]
    assert await replies.said(PHONE, 1) == [Said(4, "1234", "three", NOON)]
    await phones.clear(PHONE)
    assert await replies.said(PHONE, 10) == []
    assert [one.text for one in await replies.said("79161234501", 10)] == ["other"]
    assert len(await replies.exchange([], 10)) == 3


async def test_the_newest_message_is_answered(phones: Phones, carrier: SandboxCarrier) -> None:
    replies = Replies(phones)
    with pytest.raises(NotThere):
        await replies.add(PHONE, "", "Да", NOON)
    await carrier.submit([sms(PHONE)._replace(sender="First"), sms(PHONE)._replace(sender="Last")])
    assert await replies.add(PHONE, "", "Да", NOON) == "Last"


async def test_what_was_stored_of_several_is_not_told_again(phones: Phones) -> None:
    clock, replies = FakeClock(), Replies(phones)
    for text in ("one", "two", "two"):
        await replies.add(PHONE, "1234", text, NOON)
    told: list[list[str]] = []
    twice = asyncio.Event()

    async def sink(events: Sequence[ProviderEvent]) -> None:
        told.append([event.text for event in events if isinstance(event, Inbound)])
        if len(told) == 1:
            raise PartlyStoredError(events[2:], OSError("disk full"))
        twice.set()

    async with running(SandboxCarrier(phones, clock, replies=replies), sink):
        await clock.sleeper()
        clock.advance(RETRY)
        await asyncio.wait_for(twice.wait(), DEADLINE)
    assert told == [["one", "two", "two"], ["two"]]
