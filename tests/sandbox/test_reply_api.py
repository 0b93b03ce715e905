"""A reply from a virtual phone, through a whole gateway."""

from typing import Any

import pytest

from tests.e2e.documents import pronto, pronto_sms
from tests.gateway import Live, until

PHONE = "79161234500"


async def reply(live: Live, body: Any, phone: str = PHONE) -> tuple[int, dict[str, Any]]:
    async with live.http.post(f"/sandbox/api/phones/{phone}/reply", **body) as response:
        return response.status, await response.json()


async def incoming(live: Live) -> str:
    return await live.post("/xml/incoming.php", pronto('<time start="2020-01-01 00:00:00"/>'))


async def test_a_reply_reaches_the_account(live: Live) -> None:
    await live.post("/xml/", pronto_sms(PHONE))
    await live.settled()
    assert (await reply(live, {"json": {"text": "Да & нет"}}))[0] == 202

    async def came() -> bool:
        return "Да &amp; нет</sms>" in await incoming(live)

    await until(came)
    body = await incoming(live)
    assert f'originator="{PHONE}" prefix="" phone="INFORM">' in body
    assert body.count("<sms ") == 1


async def test_what_was_said_is_listed(live: Live) -> None:
    await reply(live, {"json": {"text": "Да", "to": "1234"}})
    async with live.http.get(f"/sandbox/api/phones/{PHONE}/replies") as response:
        (said,) = await response.json()
    assert (said["to"], said["text"]) == ("1234", "Да")
    assert said.keys() == {"id", "to", "text", "time"}


async def test_stop_is_obeyed(live: Live) -> None:
    assert (await reply(live, {"json": {"text": "Стоп", "to": "79611111111"}}))[0] == 202

    async def refused() -> bool:
        return PHONE in await live.post("/xml/list_stop.php", pronto(""))

    await until(refused)
    assert "send</information>" not in await live.post("/xml/", pronto_sms(PHONE))


@pytest.mark.parametrize(
    "body",
    [
        {"data": b"{"},
        {"json": []},
        {"json": {}},
        {"json": {"text": ""}},
        {"json": {"text": 5}},
        {"json": {"text": "x" * 10_001}},
        {"json": {"text": "x", "to": "1" * 22}},
        {"json": {"text": "x", "from": "1"}},
        {"data": b" " * 70_000},
    ],
)
async def test_bad_bodies(live: Live, body: Any) -> None:
    status, told = await reply(live, body)
    assert (status, told["error"]) == (400, "bad-parameter")


async def test_other_sites_may_not(live: Live) -> None:
    found = await reply(live, {"json": {"text": "hm", "to": "1"}, "headers": {"Sec-Fetch-Site": "cross-site"}})
    assert found[0] == 403


async def test_nobody_to_answer(live: Live) -> None:
    status, told = await reply(live, {"json": {"text": "hm"}}, phone="79990000000")
    assert (status, told["error"]) == (404, "not-found")
    assert (await reply(live, {"json": {"text": "hm"}}, phone="x"))[0] == 400
