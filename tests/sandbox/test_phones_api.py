"""The phones for programs."""

from typing import Any

import pytest

from tests.sandbox.conftest import Send, Site
from tests.sandbox.legs import sms, viber
from tolmach.core.content import Channel
from tolmach.sandbox.outcomes import Fate
from tolmach.sandbox.phones import Phones

PHONE = "79161234500"
PLACE = f"/sandbox/api/phones/{PHONE}"
PLAIN = {"phone": PHONE, "on": True, "outcome": {}, "waiting": 0}


async def ask(site: Site, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any]:
    async with site.client.request(method, path, data=body or None, headers=headers) as response:
        return response.status, await response.json()


async def test_a_phone_is_set_and_reset(site: Site, phones: Phones) -> None:
    assert await ask(site, "GET", PLACE) == (200, PLAIN)
    off = PLAIN | {"on": False}
    assert await ask(site, "PATCH", PLACE, '{"on": false}') == (200, off)
    chosen = off | {"outcome": {"sms": "undelivered", "viber": "refused"}}
    body = '{"outcome": {"sms": "undelivered", "viber": "refused"}}'
    assert await ask(site, "PATCH", "/sandbox/api/phones/+7 916 123-45-00", body) == (200, chosen)
    assert await ask(site, "GET", PLACE) == (200, chosen)
    assert phones.fate(PHONE, Channel.VK) is Fate.DELIVERED
    _, told = await ask(site, "PATCH", PLACE, '{"outcome": "busy", "on": true}')
    assert told == PLAIN | {"outcome": dict.fromkeys(("sms", "viber", "whatsapp", "vk"), "busy")}
    assert await ask(site, "PATCH", PLACE, '{"outcome": null}') == (200, PLAIN)
    await ask(site, "PATCH", PLACE, '{"on": false}')
    assert await ask(site, "DELETE", PLACE) == (200, PLAIN)


async def test_all_phones_are_reset(site: Site, phones: Phones) -> None:
    await ask(site, "PATCH", PLACE, '{"on": false}')
    await ask(site, "PATCH", "/sandbox/api/phones/79161234501", '{"outcome": "expired"}')
    assert await ask(site, "DELETE", "/sandbox/api/phones") == (200, {"reset": 2})
    assert phones.set_handsets() == []


async def test_what_waits_is_counted_and_the_list_says_what_is_set(site: Site, send: Send) -> None:
    await ask(site, "PATCH", PLACE, '{"on": false, "outcome": {"viber": "unread"}}')
    await send(sms(PHONE), sms(PHONE))
    assert (await ask(site, "GET", PLACE))[1]["waiting"] == 2
    ((one,),) = [(await ask(site, "GET", "/sandbox/api/phones"))[1]]
    assert (one["phone"], one["on"], one["outcome"]) == (PHONE, False, {"viber": "unread"})
    assert (await ask(site, "PATCH", PLACE, '{"on": true}'))[1]["waiting"] == 0
    _, messages = await ask(site, "GET", f"/sandbox/api/messages?phone={PHONE}")
    assert [message["outcome"] for message in messages] == ["delivered"] * 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "body"),
        ("[]", "body"),
        ('{"off": true}', "off"),
        ('{"on": null}', "on: is true or false"),
        ('{"on": 1}', "on"),
        ('{"outcome": "lost"}', "outcome"),
        ('{"outcome": {"fax": "busy"}}', "outcome"),
    ],
)
async def test_a_bad_body_changes_nothing(site: Site, phones: Phones, body: str, words: str) -> None:
    status, told = await ask(site, "PATCH", PLACE, body)
    assert (status, told["error"]) == (400, "bad-parameter")
    assert words in told["message"]
    assert phones.set_handsets() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/sandbox/api/phones/x"), ("GET", f"{PLACE}?x=1"), ("DELETE", "/sandbox/api/phones?phone=7")],
)
async def test_bad_numbers(site: Site, method: str, path: str) -> None:
    assert (await ask(site, method, path))[0] == 400


async def test_read_and_press(site: Site, send: Send) -> None:
    unread = "79161234594"
    await send(viber(unread), viber(unread), sms(unread))
    status, told = await ask(site, "POST", "/sandbox/api/messages/1/read")
    assert (status, told["outcome"], told["pressed"]) == (200, "read", None)
    status, told = await ask(site, "POST", "/sandbox/api/messages/2/press")
    assert (status, told["outcome"], told["pressed"]) == (200, "read", "2026-03-02T12:00:00.000Z")
    assert told["opens"] == "https://example.org/sale"
    status, told = await ask(site, "POST", "/sandbox/api/messages/3/read")
    assert (status, told["error"]) == (409, "not-possible")
    assert (await ask(site, "POST", "/sandbox/api/messages/4/press"))[0] == 404


@pytest.mark.parametrize("origin", ["cross-site", "same-site"])
async def test_other_sites_press_nothing(site: Site, send: Send, origin: str) -> None:
    await send(viber("79161234594"))
    status, told = await ask(site, "POST", "/sandbox/api/messages/1/press", **{"Sec-Fetch-Site": origin})
    assert (status, told["error"]) == (403, "forbidden")
    assert (await ask(site, "GET", "/sandbox/api/messages/1"))[1]["pressed"] is None
