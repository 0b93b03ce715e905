"""What the operator's staff does, in a real browser, and what clients see of it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.gateway import Inside, Live
from tests.web.browser import Browser as Client
from tests.web.chromium.conftest import Person
from tolmach.core.ids import AccountId
from tolmach.core.money import parse_money
from tolmach.services import senders
from tolmach.store import invoices
from tolmach.store.invoices import StoredInvoice


@pytest.fixture
async def operator(browser: Browser, live: Live) -> AsyncIterator[Person]:
    """The administrator, signed in, in a browser of his own."""
    context = await browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
    somebody = Person(await context.new_page(), live.gateway.url)
    await somebody.sign_in("operator")
    yield somebody
    await context.close()


async def test_senders_are_moderated_by_keys_and_the_client_sees_it(
    person: Person, operator: Person, live: Live
) -> None:
    now = live.gateway.clock.now()
    for name in ("Good", "Bad"):
        await live.write(lambda tx, name=name: senders.add(tx, "demo", name, now))  # type: ignore[misc]
    await person.sign_in()
    await person.open("/cabinet/senders")
    badges = person.page.locator("li.list-group-item", has_text="Good").locator(".badge")
    await expect(badges).to_have_text("waits for a decision")
    keys = operator.page.keyboard
    await operator.open("/desk/moderation")
    cases = operator.page.locator("[data-case]")
    await expect(cases).to_have_count(2)
    await expect(cases.first).to_be_focused()
    chosen = await cases.first.locator(".case-name").inner_text()
    await keys.press("a")
    await expect(cases).to_have_count(1)
    await keys.press("r")
    await keys.type("no papers")
    await keys.press("Enter")
    await expect(cases).to_have_count(0)
    await person.page.reload()
    for name in ("Good", "Bad"):
        row = person.page.locator("li.list-group-item", has_text=name).locator(".badge")
        await expect(row).to_have_text("may be used" if name == chosen else "rejected")
    assert (person.complaints, operator.complaints) == ([], [])


async def test_the_operator_looks_into_a_cabinet_cancels_a_campaign_and_follows_a_message(
    operator: Person, live: Live
) -> None:
    client = Client(Inside(live.gateway))
    await client.sign_in()
    await client.get("/cabinet/compose")
    numbers = "79161234501\n79161234502\n79161234503"
    tomorrow = f"{live.gateway.clock.now() + timedelta(days=1):%Y-%m-%d %H:%M}"
    form = {"recipients": numbers, "text": "Sale", "way": "sms", "lasts": "1440", "action": "send", "due": tomorrow}
    assert (await client.post("/cabinet/compose", form)).status == 303
    page = operator.page
    await operator.open("/desk/accounts/demo")
    await page.click("text=Look into its cabinet")
    await page.click("nav >> text=Campaigns")
    await page.click("main a.fw-bold")
    await page.click("main details:has(form[action$='/cancel']) > summary")
    await page.click("main form[action$='/cancel'] button")
    await expect(page.locator(".alert-success")).to_contain_text("Cancelled; messages stopped: 3.")
    await page.click("nav >> text=Messages")
    await page.click("main tbody tr >> nth=0 >> a >> nth=0")
    await expect(page.locator("main")).to_contain_text("cancelled")
    assert await operator.faults() == []
    await page.click("text=Back to the desk")
    await expect(page.locator(".looking-in")).to_have_count(0)  # else the next page is asked for too early
    await operator.open("/desk/changes")
    rows = await page.locator("main tbody tr").all_inner_texts()
    assert any("operator" in row and "demo" in row and "cabinet looked into" in row for row in rows), rows
    assert operator.complaints == []


async def test_a_link_is_added_while_the_gateway_runs(operator: Person) -> None:
    page = operator.page
    await operator.open("/desk/added-links")
    await page.fill("#name", "gate")
    await page.fill(
        "#definition", 'type = "prontosms"\nurl = "https://gate.example/xml/"\nlogin = "me"\npassword = "x"'
    )
    await page.click("main button[type=submit]")
    await page.click("main a:has-text('Change')")
    await expect(page.locator("#definition")).to_have_value(
        'type = "prontosms"\nurl = "https://gate.example/xml/"\nlogin = "me"\npassword = "••••"\n'
    )
    assert (await operator.faults(), await operator.overflow(), operator.complaints) == ([], 0, [])


async def test_what_is_hard_to_take_back_is_asked_about(operator: Person) -> None:
    page = operator.page
    await operator.open("/desk/links/sandbox")
    question = page.get_by_role("dialog")
    await expect(question).to_be_hidden()
    await page.click("main button:has-text('Pause')")
    await expect(question).to_contain_text("Pause the link sandbox?")
    assert await operator.faults() == []
    await page.keyboard.press("Escape")
    await expect(question).to_be_hidden()
    await expect(page.locator("main button:has-text('Resume')")).to_have_count(0)
    await page.click("main button:has-text('Pause')")
    await question.get_by_role("button", name="Pause").click()
    await expect(page.locator(".alert-success")).to_contain_text("The link is paused")
    await page.click("main button:has-text('Resume')")  # harmless: nobody asks
    await expect(page.locator(".alert-success")).to_contain_text("The link sends again.")
    await page.get_by_role("link", name="Virtual phones").click()
    await expect(page.get_by_role("heading", name="Phones")).to_be_visible()
    assert operator.complaints == []


async def test_an_invoice_is_settled(operator: Person, live: Live) -> None:
    asked = StoredInvoice(AccountId(1), 0, parse_money("250"), "March", "open", 1, "demo")
    await live.write(lambda tx: invoices.add(tx, asked) and None)
    page = operator.page
    await operator.open("/desk/invoices")
    await page.get_by_role("button", name="It is paid").click()
    question = page.get_by_role("dialog")
    await expect(question).to_contain_text("The balance is topped up by 250.00 ₽.")
    await question.get_by_role("button", name="It is paid").click()
    await expect(page.locator(".alert-success")).to_contain_text("The invoice is paid")
    await operator.open("/desk/accounts/demo")
    await expect(page.locator("#available")).to_have_text("1,250.00 ₽")
    assert operator.complaints == []
