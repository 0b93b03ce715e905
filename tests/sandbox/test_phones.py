from pathlib import Path

import pytest

from tests.clock import NOON
from tests.sandbox.legs import arrival, sms
from tolmach.sandbox.message import MessageQuery
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
