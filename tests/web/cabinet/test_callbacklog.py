from datetime import timedelta

import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.core.moments import to_ms
from tolmach.core.status import Status
from tolmach.services import accounts, messages
from tolmach.store import callbacks
from tolmach.store.callbacks import FAILED, Callback
from tolmach.store.database import Tx

PATH = "/cabinet/api/callbacks"


@pytest.fixture
async def told(indoors: Inside) -> list[int]:
    """Ids of a callback that failed, and of one that waits; both of one message."""
    now = indoors.gateway.clock.now()

    def seed(tx: Tx) -> list[int]:
        account = accounts.find(tx, "demo")
        command = SendMessages(
            (Draft("79161234567", (Step(Channel.SMS, SmsText("x"), "Tolmach", For(timedelta(days=1))),)),), "cli"
        )
        (sent,) = messages.post(tx, "demo", command, now)[1].items
        number = sent.id  # type: ignore[union-attr]
        moment = to_ms(now)
        callbacks.add(
            tx, [Callback(account.id, number, one, moment, moment) for one in (Status.SENT, Status.DELIVERED)]
        )
        first, second = callbacks.of_message(tx, number)
        callbacks.settle(tx, [first._replace(state=FAILED, done_at=moment, error="HTTP 500")])
        return [first.id, second.id]

    return await indoors.write(seed)


async def test_the_log_shows_what_became_of_statuses(owner: Browser, told: list[int]) -> None:
    assert told
    newest = [row.xpath("string()") for row in (await owner.get(PATH)).page.xpath("//tbody/tr")]
    assert ["delivered" in newest[0], "waits" in newest[0], "given up" in newest[1], "HTTP 500" in newest[1]] == [
        True
    ] * 4
    assert all("79161234567" in row for row in newest)
    for which, word in (("pending", "next try"), ("failed", "HTTP 500")):
        (row,) = (await owner.get(f"{PATH}?told={which}")).page.xpath("//tbody/tr")
        assert word in row.xpath("string()")


async def test_what_was_given_up_is_told_again(owner: Browser, indoors: Inside, told: list[int]) -> None:
    failed, waiting = told
    await owner.get(PATH)
    for wrong in (str(waiting), "999999", "x"):
        assert (await owner.post(PATH, {"id": wrong})).status == 404
    assert (await owner.post(PATH, {"id": str(failed)})).status == 303
    assert "Nothing was given up." in (await owner.get(f"{PATH}?told=failed")).said()
    assert len((await owner.get(f"{PATH}?told=pending")).page.xpath("//tbody/tr")) == 2
    assert await indoors.read(lambda tx: callbacks.failed(tx, None, 0, 1)) == []


async def test_callbacks_of_others_are_left_alone(owner: Browser, indoors: Inside, told: list[int]) -> None:
    def theirs(tx: Tx) -> int:
        account = accounts.add(tx, "other", "h", accounts.Changes(tariff="demo"), indoors.gateway.clock.now())
        callbacks.add(tx, [Callback(account.id, 77770, Status.READ, 1, 1)])
        (one,) = callbacks.of_message(tx, 77770)
        callbacks.settle(tx, [one._replace(state=FAILED)])
        return one.id

    number = await indoors.write(theirs)
    await owner.get(PATH)
    assert (await owner.post(PATH, {"id": str(number)})).status == 404
    assert "Told again" not in (await owner.get(PATH)).said()
    assert (await owner.post(PATH, {})).status == 303
    (one,) = await indoors.read(lambda tx: callbacks.of_message(tx, 77770))
    assert one.state == FAILED
    assert told
