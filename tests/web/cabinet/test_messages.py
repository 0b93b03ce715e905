import csv
import io
import zipfile
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from tests.e2e.documents import pronto_sms
from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.core.money import parse_money
from tolmach.services import accounts, ledger, messages
from tolmach.services.accounts import Changes


async def send(inside: Inside, *numbers: str, login: str = "demo", text: str = "Hello") -> list[int]:
    steps = (Step(Channel.SMS, SmsText(text), None, For(timedelta(days=1))),)
    command = SendMessages(tuple(Draft(number, steps) for number in numbers), "cli")
    now = inside.gateway.clock.now()
    _, result = await inside.write(lambda tx: messages.post(tx, login, command, now))
    return [item.id for item in result.items]  # type: ignore[union-attr]


async def stranger(inside: Inside) -> list[int]:
    """Return messages of another account."""
    now = inside.gateway.clock.now()

    def add(tx: object) -> None:
        accounts.add(tx, "other", "h", Changes(tariff="demo", any_sender=True, default_sender="X"), now)  # type: ignore[arg-type]
        ledger.top_up(tx, "other", parse_money("10"), "", now)  # type: ignore[arg-type]

    await inside.write(add)
    return await send(inside, "79161234599", login="other")


async def test_a_list_with_filters(owner: Browser, indoors: Inside) -> None:
    await send(indoors, "79161234500", "380501234567")
    shown = await owner.get("/cabinet/messages")
    assert shown.page.xpath("//tbody/tr/td[2]/text()") == ["380501234567", "79161234500"]
    for query, count in (
        ("recipient=%2B380", 1),
        ("status=waiting", 2),
        ("status=delivered", 0),
        ("status=nonsense&from=yesterday", 2),
        ("from=2026-03-02&to=2026-03-02", 2),
        ("to=2026-03-01", 0),
        ("period=week&sender=Tolmach", 2),
        ("sender=Nobody", 0),
    ):
        found = await owner.get(f"/cabinet/messages?{query}")
        assert len(found.page.xpath("//tbody/tr")) == count, query


async def test_pages(owner: Browser, indoors: Inside) -> None:
    await send(indoors, *(f"7916123{number:04}" for number in range(60)))
    shown = await owner.get("/cabinet/messages?sender=Tolmach")
    (further,) = shown.page.xpath("//a[starts-with(@href, '?')]/@href")
    assert "sender=Tolmach" in further
    second = await owner.get(f"/cabinet/messages{further}")
    assert len(shown.page.xpath("//tbody/tr")) + len(second.page.xpath("//tbody/tr")) == 60


async def test_one_message(owner: Browser, indoors: Inside) -> None:
    (number,) = await send(indoors, "79161234500")
    shown = await owner.get(f"/cabinet/messages/{number}")
    assert shown.said("//*[@id='conclusion']") == "waiting Waiting for a worker to take it up."
    assert "over cli to 79161234500" in shown.said()
    live = await owner.get(f"/cabinet/messages/{number}", hx_request="true")
    assert "<html" not in live.text
    await owner.post("/preferences", {"language": "ru", "back": "/cabinet/"})
    shown = await owner.get(f"/cabinet/messages/{number}")
    assert shown.said("//*[@id='conclusion']") == "ожидает Ждёт, пока его возьмут в работу."
    assert "по протоколу cli на 79161234500" in shown.said()


async def test_the_request_that_brought_it(owner: Browser, indoors: Inside) -> None:
    await indoors.ask("/xml/", pronto_sms("79161234500").encode(), headers=[(b"x-request-id", b"order-7")])
    assert "Request order-7" in (await owner.get("/cabinet/messages/10")).said()
    await owner.post("/preferences", {"language": "ru", "back": "/cabinet/"})
    assert "Запрос order-7" in (await owner.get("/cabinet/messages/10")).said()


async def test_those_of_another_account_are_not_there(owner: Browser, indoors: Inside) -> None:
    (theirs,) = await stranger(indoors)
    for number in (str(theirs), str(theirs + 1), "0", "x", "9" * 30):
        assert (await owner.get(f"/cabinet/messages/{number}")).status == 404
    assert "79161234599" not in (await owner.get("/cabinet/messages")).text
    assert b"79161234599" not in (await owner.get("/cabinet/messages/export.csv")).body


async def test_csv(owner: Browser, indoors: Inside) -> None:
    await send(indoors, "79161234500", text="=1+1")
    await send(indoors, "380501234567", text='Hello, "you"')
    shown = await owner.get("/cabinet/messages/export.csv")
    assert shown.headers["content-disposition"] == 'attachment; filename="messages.csv"'
    rows = list(csv.DictReader(io.StringIO(shown.body.decode("utf-8-sig"))))
    assert [row["text"] for row in rows] == ['Hello, "you"', "'=1+1"]
    assert (rows[1]["recipient"], rows[1]["status"], rows[1]["parts"]) == ("79161234500", "queued", "1")
    some = await owner.get("/cabinet/messages/export.csv?recipient=380")
    assert len(some.body.splitlines()) == 2


async def test_a_spreadsheet(owner: Browser, indoors: Inside) -> None:
    await send(indoors, "79161234500", text="=1+1")
    shown = await owner.get("/cabinet/messages/export.xlsx")
    with zipfile.ZipFile(io.BytesIO(shown.body)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "79161234500" in sheet
    assert "=1+1" in sheet
    assert "<f>" not in sheet
    assert [cell.value for cell in load_workbook(io.BytesIO(shown.body)).worksheets[0][2]][4:11] == [
        "79161234500", "Tolmach", "SMS", 1, "queued", "0.00", "=1+1"
    ]  # fmt: skip


async def test_a_large_export_comes_in_pieces(owner: Browser, indoors: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tolmach.web.cabinet.messages.PIECE", 2)
    await send(indoors, *(f"7916123{number:04}" for number in range(5)))
    assert len((await owner.get("/cabinet/messages/export.csv")).body.splitlines()) == 6
    monkeypatch.setattr("tolmach.web.cabinet.messages.EXPORTED", 3)
    assert len((await owner.get("/cabinet/messages/export.csv")).body.splitlines()) == 4
