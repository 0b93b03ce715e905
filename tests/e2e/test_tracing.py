"""Traces as a collector gets them: real OTLP over HTTP, from the request to the callback."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clock import NOON
from tests.collector import Collector, collecting
from tests.databases import place_of
from tests.e2e.documents import pronto_sms
from tests.gateway import install, running
from tests.receiver import receiving
from tolmach.services import accounts, demo, timelines
from tolmach.services.accounts import Changes

PHONE = "79161234500"
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    async with collecting() as found:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        yield found


async def test_one_trace_from_the_request_to_the_callback(collector: Collector, tmp_path: Path) -> None:
    install(place_of(tmp_path), NOON)
    async with receiving() as receiver, running(tmp_path, traces={"enabled": True}) as live:
        await live.write(lambda tx: accounts.change(tx, "demo", Changes(callback_url=receiver.url)))
        await live.post("/xml/", pronto_sms(PHONE), **{"X-Request-Id": "order-7"})
        await receiver.body()
        found = await collector.named("request /xml", "commit", "submit", "receipt", "callback")
        told = await live.read(lambda tx: timelines.timeline(tx, 10, NOON))
        theirs = await live.read(lambda tx: timelines.timeline(tx, 10, NOON, of=accounts.find(tx, "demo").id))
    asked = found.pop("request /xml")
    assert (asked.parent, asked.kind, asked.service, asked.failure) == ("", 2, "tolmach", "")
    assert {name: asked.facts[name] for name in asked.facts if name != "tolmach.account"} == {
        "url.path": "/xml",
        "http.request.method": "POST",
        "tolmach.dialect": "prontosms",
        "tolmach.request_id": "order-7",
        "tolmach.messages": 1,
        "tolmach.message_ids": "10",
    }
    assert {(span.trace, span.parent) for span in found.values()} == {(asked.trace, asked.id)}
    assert found["submit"].facts["tolmach.link"] == "sandbox"
    assert found["receipt"].facts["tolmach.status"] == "delivered"
    assert found["callback"].facts["tolmach.acknowledged"] is True
    assert receiver.headers[0]["traceparent"] == f"00-{asked.trace}-{found['callback'].id}-01"
    assert (told.request, told.trace) == ("order-7", asked.trace)
    assert (theirs.request, theirs.trace) == ("order-7", "")
    sent = b"".join(collector.octets)
    assert not [word for word in (PHONE, demo.PASSWORD, "Привет") if word.encode() in sent]


async def test_requests_of_callers_who_trace(collector: Collector, tmp_path: Path) -> None:
    install(place_of(tmp_path), NOON)
    async with running(tmp_path, traces={"enabled": True}) as live:
        await live.post("/xml/", "<nonsense>", traceparent=CALLER)
    async with running(tmp_path, traces={"enabled": True, "join": True}) as live:
        await live.post("/xml/", "<nonsense>", traceparent=CALLER)
        await live.post("/xml/", "<nonsense>", traceparent=CALLER[:-1] + "0")  # he does not record it
    own, joined = (span for span in collector.spans if span.name == "request /xml")
    assert (own.parent, own.links, own.failure) == ("", (CALLER[3:35],), "malformed")
    assert own.trace != CALLER[3:35]
    assert (joined.trace, joined.parent, joined.links) == (CALLER[3:35], CALLER[36:52], ())


async def test_what_is_not_sampled_leaves_no_trace(
    collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    install(place_of(tmp_path), NOON)
    async with running(tmp_path, traces={"enabled": True}) as live:
        await live.post("/xml/", pronto_sms(PHONE), **{"X-Request-Id": "order-8"})
        await live.settled()
        told = await live.read(lambda tx: timelines.timeline(tx, 10, NOON))
    assert (told.request, told.trace) == ("order-8", "")
    assert collector.spans == []
