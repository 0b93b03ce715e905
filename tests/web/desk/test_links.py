import json
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.gateway import inside
from tests.web.browser import Browser
from tolmach.core.condition import Condition, LinkEvent
from tolmach.core.content import Channel
from tolmach.core.limits import BacklogLimits, LinkBound
from tolmach.core.moments import to_ms
from tolmach.services.backlogs import Backlogs
from tolmach.services.installation import Installation, KnownLink
from tolmach.store import linkhistory, links
from tolmach.store.linkhistory import SPAN, Span


@pytest.fixture
async def operator(operator: Browser) -> Browser:
    """The administrator of a gateway with one link."""
    gateway = operator.inside.gateway
    backlogs = Backlogs(BacklogLimits(), lambda: [LinkBound("carrier", frozenset({Channel.SMS}), 2_000)])
    backlogs.counted_links({"carrier": 1_999})
    known = [KnownLink("carrier", "smpp", "smsc.example:2775")]
    gateway.reception.installation = Installation(lambda: known, backlogs=backlogs)
    now = to_ms(gateway.clock.now())
    condition = Condition(
        up=True, window=10, in_flight=3, round_trip=0.0123, rate=50.0, counters={"parts_sent": 7, "late": 2}
    )
    await operator.inside.write(lambda tx: links.report(tx, "carrier", condition, now))
    await operator.inside.write(lambda tx: links.happened(tx, "carrier", [LinkEvent("bound", "1 of 1")], now))
    return operator


async def test_how_links_fare(operator: Browser) -> None:
    shown = await operator.get("/desk/links")
    cells = [" ".join(cell.text_content().split()) for cell in shown.page.xpath("//tbody/tr[1]/td")]
    assert cells[:6] == ["carrier", "Up", "smpp smsc.example:2775", "3 / 10", "12 ms", "50 /s"]
    assert json.loads(shown.page.xpath("//canvas/@data-chart")[0])["kind"] == "bar"
    part = await operator.get("/desk/links", hx_request="true")
    assert part.page.xpath("//h1") == []


async def test_one_link(operator: Browser) -> None:
    shown = await operator.get("/desk/links/carrier")
    for said in ("12.3 ms", "connected", "1 of 1", "parts sent 7", "Answers after their time 2"):
        assert said in shown.said()
    assert "connected" in (await operator.get("/desk/links/carrier", hx_request="true")).text
    assert (await operator.get("/desk/links/nothing")).status == 404


async def test_what_waits_for_a_link(operator: Browser) -> None:
    counted = operator.inside.gateway.reception.installation.backlogs
    assert counted is not None
    said = (await operator.get("/desk/links/carrier")).said()
    assert "In the queue for it 1,999 / 2,000" in said
    assert "more is refused" not in said
    counted.counted_links({"carrier": 2_000})
    assert "2,000 / 2,000 full: more is refused" in (await operator.get("/desk/links/carrier")).said()


async def test_how_a_link_fared(operator: Browser) -> None:
    now = to_ms(operator.inside.gateway.clock.now())
    assert "Nothing is known yet" in (await operator.get("/desk/links/carrier")).said()
    spans = [Span("carrier", now - now % SPAN - age, 10, 9, 5, 2, 1, 4) for age in (0, 60 * 60_000, 3 * 86_400_000)]
    await operator.inside.write(lambda tx: linkhistory.add(tx, spans, "", now))
    for path, columns, taken in (("/desk/links/carrier", 96, 10), ("/desk/links/carrier?days=14", 84, 15)):
        shown = await operator.get(path)
        chart = json.loads(shown.page.xpath("//canvas/@data-chart")[0])
        assert (len(chart["labels"]), sum(chart["series"][0]["values"])) == (columns, taken)
        assert "Up for 90% of the time that is known." in shown.said()


async def test_a_link_is_paused_and_resumed(operator: Browser) -> None:
    await operator.get("/desk/links/carrier")
    shown = await operator.follow(await operator.post("/desk/links/carrier", {"resume": "no"}))
    assert "The link is paused" in shown.said()
    assert await operator.inside.read(links.paused) == {"carrier"}
    shown = await operator.follow(await operator.post("/desk/links/carrier", {"resume": "yes", "back": "list"}))
    assert (shown.said("//h1"), await operator.inside.read(links.paused)) == ("Links", frozenset())
    shown = await operator.follow(await operator.post("/desk/links/nothing", {"resume": "no", "back": "list"}))
    assert "It was not done" in shown.said()


async def test_the_gateway_tells_the_desk_of_its_links(installation: Path) -> None:
    link = {
        "name": "gate",
        "type": "prontosms",
        "url": "https://gate.example/xml/",
        "login": "me",
        "password": "secret12",
    }
    async with inside(installation, clock=FakeClock(), links=(link,)) as gateway:
        known = gateway.gateway.reception.installation
        assert "secret12" not in str(known.settings)
        assert known.names == [one.name for one in gateway.gateway.links.current]
        parts = gateway.gateway
        added = {"name": "more", "type": "smpp", "host": "smsc.example", "system_id": "me", "password": "x"}
        more = await parts.carriers.added(json.dumps(added))  # one that the settings do not have
        parts.links.current = (*parts.carriers.configured(), more)
        assert [(one.name, one.kind, one.to) for one in known.links()] == [
            ("gate", "prontosms", "gate.example"),
            ("more", "smpp", "smsc.example:2775"),
        ]
