"""What the owner of an account settles in the cabinet, in a real browser."""

import pytest
from playwright.async_api import expect

from tests.gateway import Live
from tests.receiver import receiving
from tests.web.chromium.conftest import Person


@pytest.fixture
async def owner(person: Person) -> Person:
    """The owner, signed in."""
    await person.sign_in()
    return person


async def test_quiet_hours_are_kept_and_told_before_sending(owner: Person, live: Live) -> None:
    page = owner.page
    await owner.open("/cabinet/compose")
    await page.fill("#recipients", "79161234500")
    await page.fill("#text", "Sale")
    await page.check("input[name=quiet]")
    await page.fill("#quiet_from", "00:00")
    await page.fill("#quiet_to", "23:59")  # now, whenever this runs
    await page.click("text=Review and send")
    await expect(page.locator("main dl")).to_contain_text("1 recipient gets it at 23:59 of the local time")
    await page.click("text=Change something")
    await expect(page.locator("input[name=quiet]")).to_be_checked()
    await expect(page.locator("#quiet_to")).to_have_value("23:59")
    await page.click("text=Review and send")
    await page.click("button[value=send]")
    await expect(page.locator("#conclusion")).to_contain_text("Waiting for its time")
    assert await live.messages("79161234500") == []
    assert owner.complaints == []


async def test_an_invoice_is_asked_for_and_cancelled(owner: Person) -> None:
    page = owner.page
    await owner.open("/cabinet/payments")
    await page.fill("#amount", "a lot")
    await page.click("text=Ask for it")
    await expect(page.locator("[role=alert]")).to_contain_text("This is no amount of money")
    owner.complaints.clear()  # of the answer 422
    await page.fill("#amount", "1 500,50")
    await page.fill("#note", "May")
    await page.click("text=Ask for it")
    await expect(page.locator("main table")).to_contain_text("1,500.50 ₽")
    dialog = page.locator("#ask")
    await page.click("text=Cancel the invoice")
    await expect(dialog).to_contain_text("Cancel this invoice?")
    assert (await owner.faults(), await owner.overflow()) == ([], 0)
    await dialog.get_by_text("No, go back").click()
    await expect(dialog).to_be_hidden()
    await page.click("text=Cancel the invoice")
    await dialog.get_by_text("Cancel the invoice").click()
    await expect(page.locator("[role=status]")).to_contain_text("The invoice is cancelled.")
    await expect(page.locator("li", has_text="May").locator(".badge")).to_have_text("cancelled")
    assert owner.complaints == []


async def test_a_callback_address_is_tried(owner: Person) -> None:
    page = owner.page
    async with receiving() as receiver:
        await owner.open("/cabinet/api")
        await page.fill("#url", receiver.url)
        await page.locator("form[action='/cabinet/api/callback']").get_by_text("Save").click()
        await page.click("text=Try it")
        await expect(page.locator("#trial [role=status]")).to_have_text("Your server has confirmed the status.")
        assert 'id_sms="1"' in await receiver.body()
    await page.click("text=Try it")
    await expect(page.locator("#trial [role=alert]")).to_contain_text("There was no answer")
    assert (await owner.faults(), owner.complaints) == ([], [])
