from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.ids import AccountId
from tolmach.services import audits
from tolmach.store.database import Tx


async def test_the_staff_sees_every_change_page_by_page(operator: Browser, indoors: Inside) -> None:
    now = indoors.gateway.clock.now()
    for number in range(60):
        what = ("Test", f"name={number}")
        await indoors.write(lambda tx, what=what: audits.note(tx, now, (None, "root"), None, what, ""))  # type: ignore[misc]
    first = await operator.get("/desk/changes")
    details = first.page.xpath("//tbody/tr/td[5]/text()")
    assert (len(details), details[0], details[-1]) == (50, "name: 59", "name: 10")
    assert "command line" in first.said("//tbody/tr[1]")
    (earlier,) = first.page.xpath("//a[starts-with(@href, '?before=')]/@href")
    second = await operator.get(f"/desk/changes{earlier}")
    assert second.page.xpath("//tbody/tr/td[5]/text()")[-1] == "name: 0"
    assert "signed in" in second.said("//tbody/tr[last()]")
    assert second.page.xpath("//a[starts-with(@href, '?before=')]") == []


async def test_what_concerns_an_account_and_what_somebody_did(operator: Browser, indoors: Inside) -> None:
    now = indoors.gateway.clock.now()

    def note(tx: Tx) -> None:
        for number in range(60):
            who, account = (None, "root" if number % 2 else "mia"), AccountId(1) if number < 55 else None
            audits.note(tx, now, who, account, ("Test", f"name={number}"), "")

    await indoors.write(note)
    shown = await operator.get("/desk/changes?account=demo&login=root")
    assert shown.page.xpath("//tbody/tr/td[5]/text()") == [f"name: {number}" for number in range(53, 0, -2)]
    shown = await operator.get("/desk/changes?account=demo")
    (earlier,) = shown.page.xpath("//div[@class='card-footer']/a/@href")
    rows = (await operator.get(f"/desk/changes{earlier}")).page.xpath("//tbody/tr")
    assert [row.xpath("td[3]/a/text()") for row in rows] == [["demo"]] * 5
    shown = await operator.get("/desk/changes?account=nobody")
    assert (shown.status, "nobody" in shown.said("//*[@role='alert']")) == (422, True)


async def test_users_of_accounts_do_not(owner: Browser) -> None:
    assert (await owner.get("/desk/changes")).status == 403


async def test_the_desk_begins_with_its_first_page(operator: Browser) -> None:
    assert (await operator.get("/desk/")).location == "/desk/traffic"
