import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.sandbox.conftest import Send, Site
from tests.sandbox.legs import sms, viber
from tolmach.sandbox import stream
from tolmach.sandbox.handset import Change
from tolmach.sandbox.phones import Phones

Event = dict[str, str]


class Reader:
    """Reads server-sent events off a response (HTML standard, 9.2.6), comments aside."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def block(self) -> list[str]:
        """Return the lines up to an empty one; nothing at the end."""
        lines: list[str] = []
        while line := (await self._response.content.readline()).decode().rstrip("\n"):
            lines.append(line)
        return lines

    async def event(self) -> Event:
        while lines := await self.block():
            fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":"))
            if "event" in fields:
                return fields
        return {}

    async def texts(self, count: int) -> list[tuple[str, str]]:
        """Return (id, text) of the next messages."""
        events = [await self.event() for _ in range(count)]
        assert {event["event"] for event in events} == {"message"}
        return [(event["id"], json.loads(event["data"])["text"]) for event in events]


@asynccontextmanager
async def listening(site: Site, since: str | None = None, last: str | None = None) -> AsyncIterator[Reader]:
    params = {} if since is None else {"since": since}
    headers = {} if last is None else {"Last-Event-ID": last}
    async with site.client.get("/sandbox/api/events", params=params, headers=headers) as response:
        assert (response.status, response.content_type) == (200, "text/event-stream")
        reader = Reader(response)
        assert await reader.block() == ["retry: 1000"]
        yield reader


async def test_news_from_now_on(site: Site, send: Send) -> None:
    await send(sms("79161234500", "old"))
    async with listening(site) as reader:
        await send(sms("79161234500", "line\nbreak"))
        await send(sms("79161234500", "next"))

        assert await reader.texts(2) == [("2", "line\nbreak"), ("3", "next")]


@pytest.mark.parametrize(("since", "last"), [("1", None), ("0", "1"), (None, "1")])
async def test_it_goes_on_where_the_reader_was(site: Site, send: Send, since: str | None, last: str | None) -> None:
    await send(sms("79161234500", "one"), sms("79161234500", "two"), sms("79161234500", "three"))
    async with listening(site, since, last) as reader:
        assert await reader.texts(2) == [("2", "two"), ("3", "three")]


async def test_a_burst_shows_its_newest(site: Site, send: Send) -> None:
    await send(*(sms("79161234500", str(turn)) for turn in range(stream.AT_ONCE + 10)))
    async with listening(site, "0") as reader:
        texts = await reader.texts(stream.AT_ONCE)

    assert (texts[0], texts[-1]) == (("11", "10"), ("210", "209"))


async def test_clearing_is_told_before_what_follows(site: Site, send: Send, phones: Phones) -> None:
    await send(sms("79161234500", "old"))
    async with listening(site, "1") as reader:
        await phones.clear()
        await send(sms("79161234500", "new"))

        assert (await reader.event())["event"] == "cleared"
        assert await reader.texts(1) == [("2", "new")]


async def test_changes_are_told_without_an_id(site: Site, send: Send, phones: Phones) -> None:
    await send(viber("79161234594"))
    async with listening(site, "1") as reader:
        await phones.press(1)
        told = await reader.event()
        assert (told["event"], json.loads(told["data"])["outcome"], "id" in told) == ("changed", "read", False)
        await phones.set("79161234594", Change(on=False))
        told = await reader.event()
        assert (told["event"], json.loads(told["data"])) == (
            "phone",
            {"phone": "79161234594", "on": False, "outcome": {}},
        )


async def test_a_message_that_waited_is_told_when_it_comes(site: Site, send: Send, phones: Phones) -> None:
    await phones.set("79161234500", Change(on=False))
    await send(sms("79161234500"))
    async with listening(site, "1") as reader:
        await phones.set("79161234500", Change(on=True))
        told = [await reader.event() for _ in range(2)]
        assert [one["event"] for one in told] == ["changed", "phone"]
        assert json.loads(told[0]["data"])["outcome"] == "delivered"


async def test_it_ends_when_the_server_stops(site: Site) -> None:
    async with listening(site) as reader:
        await site.stop()

        assert await reader.event() == {}


async def test_it_ends_when_the_storage_fails(phones: Phones) -> None:
    events = stream.stream(phones, 0)
    assert await anext(events) == "retry: 1000\n\n"
    phones.close()

    assert [event async for event in events] == []


async def test_silence_is_kept_alive(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.001)
    events = stream.stream(phones, 0)

    assert [await anext(events), await anext(events)] == ["retry: 1000\n\n", ": still here\n\n"]
    phones.hang_up()
    assert [event async for event in events] == []


async def test_a_reader_that_left_is_forgotten(site: Site, send: Send, phones: Phones) -> None:
    async with listening(site):
        pass
    await site.stop()

    assert phones.changes.listeners == 0
