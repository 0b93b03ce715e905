import csv
import io
from datetime import timedelta

import pytest

from tests.clock import FakeClock
from tests.gateway import Inside
from tests.web.browser import Browser
from tests.web.desk.test_traffic import send
from tolmach.core.money import Money
from tolmach.services import ledger
from tolmach.web.desk import finance


async def pay(indoors: Inside, note: str) -> None:
    now = indoors.gateway.clock.now()
    await indoors.write(lambda tx: ledger.top_up(tx, "demo", Money(10_000), note, now))


def rows(text: str) -> list[list[str]]:
    assert text.startswith("\N{BYTE ORDER MARK}")
    return list(csv.reader(io.StringIO(text[1:])))


async def test_movements_are_shown_filtered_and_paged(operator: Browser, indoors: Inside) -> None:
    for number in range(55):
        await pay(indoors, f"invoice {number}")
    message = await send(indoors)
    shown = await operator.get("/desk/ledger")
    assert shown.page.xpath("//tbody/tr[1]/td[position()=3 or position()=6]/text()") == ["Set aside", str(message)]
    assert len(shown.page.xpath("//tbody/tr")) == 50
    (further,) = shown.page.xpath("//div[@class='card-footer']/a/@href")
    shown = await operator.get(f"/desk/ledger{further}")
    assert shown.page.xpath("//tbody/tr/td[7]/text()")[0] == "invoice 5"
    shown = await operator.get("/desk/ledger?kind=hold&login=demo&first=2026-03-02&last=2026-03-02")
    assert len(shown.page.xpath("//tbody/tr")) == 1
    shown = await operator.get("/desk/ledger?last=2026-03-01")
    assert "Nothing moved." in shown.said()


@pytest.mark.parametrize(("query", "status"), [("kind=theft", 422), ("login=nobody", 422), ("first=yesterday", 200)])
async def test_questions_that_make_no_sense(operator: Browser, query: str, status: int) -> None:
    assert (await operator.get(f"/desk/ledger?{query}")).status == status


async def test_the_ledger_as_a_file_has_every_row(
    operator: Browser, indoors: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finance, "AT_ONCE", 2)
    for note in ("one", "two", "=three", "four"):
        await pay(indoors, note)
    shown = await operator.get("/desk/ledger.csv?kind=top-up&login=demo")
    found = rows(shown.text)
    assert found[0] == list(finance.COLUMNS)
    assert [row[-1] for row in found[1:]] == ["four", "'=three", "two", "one", "demonstration"]
    assert found[1][1:7] == ["2026-03-02 15:00:00", "demo", "top-up", "1.00", "0.00", "RUB"]
    assert shown.headers["content-disposition"] == 'attachment; filename="ledger.csv"'


async def test_days_are_closed_and_shown(operator: Browser, indoors: Inside) -> None:
    shown = await operator.get("/desk/days")
    assert "No day is closed yet." in shown.said()
    clock = indoors.gateway.clock.clock
    assert isinstance(clock, FakeClock)
    clock.advance(timedelta(days=1))
    await operator.get("/desk/days")
    shown = await operator.follow(await operator.post("/desk/days"))
    assert "Days closed: 1" in shown.said()
    assert shown.said("//tbody/tr[1]/td[2]") == "1,000.00 ₽"
    shown = await operator.get("/desk/days/2026-03-02")
    assert shown.said("//tbody/tr[1]/td[7]") == "1,000.00 ₽"
    found = rows((await operator.get("/desk/days/2026-03-02/csv")).text)
    assert found[1][:3] == ["demo", "RUB", "1000.00"]


@pytest.mark.parametrize("day", ["2026-03-02", "yesterday", "9999-12-31"])
async def test_a_day_that_is_not_closed_is_not_there(operator: Browser, day: str) -> None:
    assert (await operator.get(f"/desk/days/{day}")).status == 404
    assert (await operator.get(f"/desk/days?before={day}")).status == 200
