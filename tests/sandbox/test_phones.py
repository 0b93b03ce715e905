from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.clock import NOON, FakeClock
from tests.sandbox.legs import arrival, sms, viber
from tolmach.core.content import Channel
from tolmach.sandbox.carrier import SandboxCarrier
from tolmach.sandbox.handset import RESET, Change, Handset
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.outcomes import Fate
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.storage import StorageError


async def test_what_was_taken_can_be_read(phones: Phones) -> None:
    await phones.take([arrival(sms("79161234500"))], NOON)

    assert [message.card.text for message in await phones.messages(MessageQuery())] == ["Hello"]
    assert [phone.phone for phone in await phones.phones()] == ["79161234500"]
    assert await phones.last_id() == 1
    assert (await phones.exchange((), NOON, 10)).next_at is None


async def test_taking_and_clearing_are_news(phones: Phones) -> None:
    with phones.changes.subscribe() as changes:
        await phones.take([arrival(sms("79161234500"))], NOON)
        assert await changes.wait(0)
        assert await phones.clear() == 1
        assert await changes.wait(0)

    assert phones.clearings == 1


async def test_closed_it_hangs_up_and_refuses() -> None:
    phones = Phones(":memory:")
    with phones.changes.subscribe() as changes:
        phones.close()
        phones.close()
        assert changes.closed

    with pytest.raises(StorageError, match="closed"):
        await phones.last_id()


def test_a_bad_path_fails_at_once(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        Phones(tmp_path)


async def test_a_phone_that_is_set_counts_at_once_and_after_a_restart(tmp_path: Path, clock: FakeClock) -> None:
    number = "79161234500"
    first = Phones(tmp_path / "sandbox.sqlite", clock)
    await first.set(number, Change(chosen={Channel.SMS: Fate.BUSY}))
    assert (first.fate(number), first.fate(number, Channel.VK)) == (Fate.BUSY, Fate.DELIVERED)
    first.close()
    again = Phones(tmp_path / "sandbox.sqlite", clock)
    assert again.set_handsets() == [Handset(number, chosen={Channel.SMS: Fate.BUSY})]
    await again.set(number, RESET)
    assert (again.fate(number), again.set_handsets()) == (Fate.DELIVERED, [])
    again.close()


async def test_who_owes_receipts_is_woken_when_they_are_due_early(
    phones: Phones, carrier: SandboxCarrier, clock: FakeClock
) -> None:
    rung = list[datetime]()
    phones.alarms.append(rung.append)
    await phones.set("79161234500", Change(on=False))
    await carrier.submit([sms("79161234500"), viber("79161234594")])
    assert rung == []
    await phones.set("79161234500", Change(on=True))
    await phones.press(2)
    assert rung == [clock.now()] * 2


async def test_what_has_waited_too_long_is_told(phones: Phones, carrier: SandboxCarrier, clock: FakeClock) -> None:
    await phones.set("79161234500", Change(on=False))
    await carrier.submit([sms("79161234500")])
    with phones.changes.subscribe() as changes:
        clock.advance(timedelta(days=2))
        (message,) = await phones.messages(MessageQuery())
        assert (message.outcome, changes.changed()) == ("expired", ([1], []))
