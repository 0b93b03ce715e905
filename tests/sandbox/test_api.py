import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Send, Site
from tests.sandbox.esme import bound, message
from tests.sandbox.legs import sms, viber
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.outcomes import FATES, Fate
from tolmach.sandbox.phones import Phones

MESSAGES = "/sandbox/api/messages"
WAIT = "/sandbox/api/wait"
LONG = "30"


async def get(site: Site, path: str, **params: str) -> tuple[int, Any]:
    async with site.client.get(path, params=params) as response:
        assert response.content_type == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        return response.status, await response.json()


async def listening(phones: Phones) -> None:
    """Return once a request waits for changes."""
    while not phones.changes.listeners:  # noqa: ASYNC110 - the server runs on this loop and tells nobody
        await asyncio.sleep(0)


async def test_a_message_as_documented(site: Site, send: Send) -> None:
    await send(sms("79161234500", "Hi\nthere", parts=2), viber("79161234590"))

    status, (text, card) = await get(site, MESSAGES)

    ids = text.pop("provider_ids")
    assert (status, len(ids)) == (200, 2)
    assert text == {
        "id": 1,
        "phone": "79161234500",
        "sender": "Tolmach",
        "channel": "sms",
        "text": "Hi\nthere",
        "parts": 2,
        "encoding": "gsm7",
        "time": "2026-03-02T12:00:00.000Z",
        "outcome": "delivered",
        "button": None,
        "picture": None,
        "kind": "sms",
        "content": None,
        "pressed": None,
        "leg": 11,
        "smpp": None,
    }
    assert card["button"] == {"text": "Открыть", "url": "https://example.org/sale"}
    assert (card["picture"], card["encoding"]) == ("https://example.org/sale.png", "viber")


async def test_one_message_and_its_octets(site: Site, send: Send) -> None:
    await send(sms("79161234500", "x" * 161, parts=2), viber("79161234590"))
    assert (await get(site, f"{MESSAGES}/1"))[1] == (await get(site, MESSAGES))[1][0]
    _, told = await get(site, f"{MESSAGES}/1/raw")
    first, second = told["parts"]
    assert (told["id"], told["smpp"]) == (1, False)
    assert second == {
        "esm_class": 0x40,
        "data_coding": 0,
        "protocol_id": 0,
        "user_data": "050003010202" + "78" * 8,
        "udh": "050003010202",
        "elements": [{"identifier": 0, "data": "010202", "reference": 1, "total": 2, "number": 2}],
    }
    assert first["udh"] == "050003010201"
    assert (await get(site, f"{MESSAGES}/2/raw"))[1] == {"id": 2, "smpp": False, "parts": []}


async def test_what_came_over_smpp_is_shown_with_its_own_octets(site: Site, port: int) -> None:
    header = bytes.fromhex("0605040b8423f0")
    push = bytes.fromhex("01060603ae81ea8dca02056a0045c60c037777772e73686f702e6578616d706c652f0008010353616c65000101")
    async with bound(port) as esme:
        await esme.submit(message(text=header + push, esm_class=0x40, data_coding=0xF5))
    ((shown,), (_, told)) = (await get(site, MESSAGES))[1], await get(site, f"{MESSAGES}/1/raw")
    assert (shown["kind"], shown["text"]) == ("wappush", "Sale")
    assert shown["content"] == {"url": "http://www.shop.example/"}
    assert told["smpp"]
    assert [part["user_data"] for part in told["parts"]] == [(header + push).hex()]
    assert told["parts"][0]["elements"][0]["port"] == 2948


@pytest.mark.parametrize(("path", "status"), [("/9", 404), ("/9/raw", 404), ("/x", 400), ("/1?limit=1", 400)])
async def test_messages_that_are_not_there(site: Site, send: Send, path: str, status: int) -> None:
    await send(sms("79161234500"))
    answered, told = await get(site, MESSAGES + path)
    assert (answered, told["error"]) == (status, "not-found" if status == 404 else "bad-parameter")


async def test_the_newest_or_those_since(site: Site, send: Send) -> None:
    for turn in range(4):
        await send(sms(f"7916123450{turn % 2}", str(turn)))

    for asked, expected in [
        ({}, ["0", "1", "2", "3"]),
        ({"limit": "2"}, ["2", "3"]),
        ({"limit": "2", "since": "0"}, ["0", "1"]),
        ({"since": "2", "phone": "+79161234501"}, ["3"]),
        ({"containing": "3"}, ["3"]),
        ({"sender": "Tolmach", "kind": "sms", "outcome": "delivered"}, ["0", "1", "2", "3"]),
        ({"sender": "tolmach"}, []),
        ({"kind": "viber"}, []),
        ({"outcome": "expired"}, []),
        ({"since": "2026-03-02T12:00:00.000Z"}, ["0", "1", "2", "3"]),
        ({"since": "2026-03-02T12:00:00.001Z"}, []),
    ]:
        status, answer = await get(site, MESSAGES, **asked)
        assert (status, [each["text"] for each in answer]) == (200, expected)


async def test_clear(site: Site, send: Send) -> None:
    await send(sms("79161234500"), sms("79161234501"), sms("79161234501"))

    async with site.client.delete(MESSAGES, params={"phone": "79161234501"}) as response:
        assert await response.json() == {"deleted": 2}
    assert [each["phone"] for each in (await get(site, MESSAGES))[1]] == ["79161234500"]
    async with site.client.delete(MESSAGES) as response:
        assert await response.json() == {"deleted": 1}
    assert await get(site, MESSAGES) == (200, [])


async def test_phones(site: Site, send: Send) -> None:
    await send(sms("79161234500"), sms("79031234500", "newest"))

    assert (await get(site, "/sandbox/api/phones"))[1][0] == {
        "phone": "79031234500",
        "on": True,
        "outcome": {},
        "messages": 1,
        "last": {"id": 2, "text": "newest", "time": "2026-03-02T12:00:00.000Z"},
    }
    assert [each["phone"] for each in (await get(site, "/sandbox/api/phones", prefix="+7916"))[1]] == ["79161234500"]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (MESSAGES, {"limit": "0"}),
        (MESSAGES, {"since": "x"}),
        (MESSAGES, {"text": "x"}),
        (WAIT, {"timeout": "61"}),
        ("/sandbox/api/phones", {"prefix": "x"}),
        ("/sandbox/api/events", {"since": "x"}),
    ],
)
async def test_a_bad_parameter_is_named(site: Site, path: str, params: dict[str, str]) -> None:
    status, answer = await get(site, path, **params)

    assert (status, answer["error"]) == (400, "bad-parameter")
    assert next(iter(params)) in answer["message"]


async def test_a_mistyped_clear_clears_nothing(site: Site, send: Send, phones: Phones) -> None:
    await send(sms("79161234500"))

    async with site.client.delete(MESSAGES, params={"phones": "79161234501"}) as response:
        assert response.status == 400
    assert len(await phones.messages(MessageQuery())) == 1


async def test_wait_finds_what_is_there(site: Site, send: Send) -> None:
    await send(sms("79161234500", "one"), sms("79161234500", "code 7"), sms("79161234501", "code 8"))

    for asked, text in [
        ({}, "one"),
        ({"containing": "code"}, "code 7"),
        ({"containing": "code", "since": "2"}, "code 8"),
        ({"phone": "79161234501"}, "code 8"),
    ]:
        status, answer = await get(site, WAIT, timeout="0", **asked)
        assert (status, answer["text"]) == (200, text)


async def test_wait_waits_for_the_one_that_matches(site: Site, send: Send, phones: Phones) -> None:
    asked = {"phone": "79161234501", "containing": "code", "timeout": LONG}
    waiting = asyncio.create_task(get(site, WAIT, **asked))
    await listening(phones)
    await send(sms("79161234500", "code 1"))
    await send(sms("79161234501", "hello"))
    await send(sms("79161234501", "code 2"))

    status, answer = await waiting
    assert (status, answer["text"]) == (200, "code 2")


@pytest.mark.parametrize("seconds", ["0", "0.01"])
async def test_wait_says_when_nothing_came(site: Site, seconds: str) -> None:
    assert await get(site, WAIT, timeout=seconds) == (
        408,
        {"error": "timeout", "message": f"no such message came within {seconds} s"},
    )


async def test_wait_ends_when_the_server_stops(site: Site, phones: Phones) -> None:
    waiting = asyncio.create_task(get(site, WAIT, timeout=LONG))
    await listening(phones)
    await site.stop()

    status, answer = await waiting
    assert (status, answer["error"]) == (503, "stopping")


async def test_a_storage_that_fails_is_said(site: Site, phones: Phones) -> None:
    phones.close()

    status, answer = await get(site, MESSAGES)
    assert (status, answer["error"]) == (503, "storage-failed")


async def test_every_field_error_and_address_is_documented(site: Site, send: Send) -> None:
    document = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    await send(sms("79161234500"))
    _, (message,) = await get(site, MESSAGES)

    assert [field for field in message if f"| `{field}` |" not in document] == []
    errors = ("bad-parameter", "forbidden", "not-found", "not-possible", "timeout", "storage-failed", "stopping")
    assert [error for error in errors if f"| `{error}` |" not in document] == []
    paths = (MESSAGES, WAIT, "/sandbox/api/phones", "/sandbox/api/events")
    assert [path for path in paths if path not in document] == []
    assert [fate for fate in Fate if f"`{fate}`" not in document] == []
    assert [digits for digits in ("00–89", *FATES) if f"| {digits} |" not in document] == []
