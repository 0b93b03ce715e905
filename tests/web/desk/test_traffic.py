import json
from datetime import timedelta

import pytest

from tests.clock import FakeClock
from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.services import messages

HOUR = timedelta(hours=1)


async def send(indoors: Inside) -> int:
    """Have one message accepted."""
    step = Step(Channel.SMS, SmsText("Hello"), None, For(HOUR))
    command, now = SendMessages([Draft("79161234500", (step,))], "prontosms"), indoors.gateway.clock.now()
    (item,) = (await indoors.write(lambda tx: messages.post(tx, "demo", command, now)))[1].items
    return item.id  # type: ignore[union-attr]


async def test_what_goes_through_is_counted(operator: Browser, indoors: Inside) -> None:
    await send(indoors)
    shown = await operator.get("/desk/traffic")
    assert shown.said("//*[@id='accepted']") == "1"
    assert shown.said("//*[@id='due']") == "1"
    assert shown.page.xpath("//section[.//h2='By account']//td[1]/a/text()") == ["demo"]
    flow, links = (json.loads(chart) for chart in shown.page.xpath("//canvas/@data-chart"))
    assert [line["name"] for line in flow["series"]] == ["Accepted", "Delivered"]
    assert (sum(flow["series"][0]["values"]), len(flow["labels"]), links["series"]) == (1, 60, [])


async def test_a_script_gets_the_changing_part_alone(operator: Browser) -> None:
    shown = await operator.get("/desk/traffic", hx_request="true")
    assert shown.page.xpath("//nav | //h1") == []
    assert "Nothing went through." in shown.text


@pytest.mark.parametrize(("window", "last"), [("minute", "15:00:00"), ("quarter", "15:00:00"), ("hour", "15:00")])
async def test_periods(operator: Browser, window: str, last: str) -> None:
    shown = await operator.get(f"/desk/traffic?window={window}")
    labels = json.loads(shown.page.xpath("//canvas/@data-chart")[0])["labels"]
    assert (len(labels), labels[-1]) == (60, last)
    assert shown.page.xpath("//a[@aria-current='true']/@href") == [f"?window={window}"]


async def test_what_is_wrong_stands_on_top(operator: Browser, indoors: Inside) -> None:
    await send(indoors)
    clock = indoors.gateway.clock.clock
    assert isinstance(clock, FakeClock)
    clock.advance(timedelta(minutes=2))
    shown = await operator.get("/desk/traffic?window=nonsense")
    assert "Messages wait longer than they should" in shown.said("//section[1]")
    assert shown.page.xpath("//section[1]//a/@href") == ["#queue-title"]
