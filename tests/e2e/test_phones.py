"""What people do with virtual phones reaches the client that sent the message."""

import re
from typing import Any

from tests.e2e.documents import pronto_sms, pronto_states, target, target_sms, target_states, target_viber
from tests.gateway import Live, until
from tolmach.core.status import Status
from tolmach.services import timelines

PHONE = "79161234500"


async def patch(live: Live, **changes: Any) -> None:
    async with live.http.patch(f"/sandbox/api/phones/{PHONE}", json=changes) as response:
        assert response.status == 200, await response.read()


async def press(live: Live, message: int, action: str) -> None:
    async with live.http.post(f"/sandbox/api/messages/{message}/{action}") as response:
        assert response.status == 200, await response.read()


async def sms_state(live: Live) -> str:
    found = re.search(r">(\w+)</state>", await live.post("/xml/state.php", pronto_states([10])))
    assert found is not None
    return found[1]


async def status(live: Live) -> Status:
    return (await live.read(lambda tx: timelines.timeline(tx, 10, live.gateway.clock.now()))).status


async def test_a_phone_that_was_off_gets_what_waited(live: Live) -> None:
    await patch(live, on=False)
    await live.post("/xml/", pronto_sms(PHONE))
    assert (await live.phone(PHONE))["outcome"] == "waiting"
    assert await sms_state(live) == "send"
    await patch(live, on=True)
    await live.settled()
    assert await sms_state(live) == "deliver"
    assert [one["outcome"] for one in await live.messages(PHONE)] == ["delivered"]


async def test_the_outcome_that_a_test_chose(live: Live) -> None:
    await patch(live, outcome={"viber": "refused", "sms": "undelivered"})
    await live.post("/xml/message.php", target(target_viber(1) + target_sms(2), PHONE))
    await live.settled()
    assert [(one["channel"], one["outcome"]) for one in await live.messages(PHONE)] == [("sms", "undelivered")]
    state = await live.post("/xml/state_message.php", target_states(10))
    assert 'state_sms="not_deliver" state_viber="not_deliver"' in state


async def test_a_viber_message_is_read_when_somebody_reads_it(live: Live) -> None:
    await patch(live, outcome={"viber": "unread"})
    await live.post("/xml/message.php", target(target_viber(1), PHONE))
    arrived = await live.phone(PHONE)
    await live.settled()
    assert await status(live) is Status.DELIVERED
    await press(live, arrived["id"], "read")

    async def read() -> bool:
        return await status(live) is Status.READ

    await until(read)
    assert [one["outcome"] for one in await live.messages(PHONE)] == ["read"]
