"""What people do, in a real browser against a real gateway with virtual phones."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Route, expect

from tests.gateway import Live
from tests.web.chromium.conftest import Person
from tolmach.services import secondfactor


async def test_signing_in_with_a_second_factor(person: Person, live: Live) -> None:
    page = person.page
    await person.sign_in()
    await person.open("/profile/second-factor")
    secret = (await page.inner_text("main code")).replace(" ", "")
    step = secondfactor.step_at(live.gateway.clock.now())
    await page.fill("#code", secondfactor.code(secret, step))
    await page.click("main button[type=submit]")
    await expect(page.locator(".codes li")).to_have_count(secondfactor.RECOVERY_CODES)
    recovery = await page.locator(".codes li").first.inner_text()
    await page.click("button[aria-label='Sign out']")
    await person.sign_in()
    await expect(page.locator("h1")).to_have_text("Second step")
    await page.fill("#code", secondfactor.code(secret, step + 1))  # the first one has been used
    await page.click("main button[type=submit]")
    await expect(page.locator("h1")).to_have_text("Overview")
    await page.click("button[aria-label='Sign out']")
    await person.sign_in()
    await page.fill("#code", recovery)
    await page.click("main button[type=submit]")
    await expect(page.locator("h1")).to_have_text("Overview")
    assert person.complaints == []


async def test_a_message_is_composed_and_the_phone_receives_it(person: Person, live: Live) -> None:
    page = person.page
    await person.sign_in()
    await page.click("nav >> text=Compose")
    await page.fill("#recipients", "8 916 123-45-00")
    await page.fill("#text", "Sale — 20 %")
    await expect(page.locator("#alphabet")).to_have_text("Unicode, 70 in a part")
    await expect(page.locator("[data-show='#text']")).to_have_text("Sale — 20 %")
    await page.fill("#text", "Sale — 20 % " + "until Sunday " * 8)
    await expect(page.locator("#parts")).to_have_text("2")
    await page.click("text=Replace them")
    await expect(page.locator("#parts")).to_have_text("1")
    await expect(page.locator("#price")).to_have_text("1.00 ₽")
    await page.click("text=Review and send")
    await expect(page.locator("h1")).to_have_text("Review")
    await page.click("button[value=send]")
    received = await live.phone("79161234500")
    assert received["text"].startswith("Sale - 20 % until Sunday")
    await expect(page.locator("#conclusion")).to_contain_text("Delivered")  # the page follows by itself
    assert person.complaints == []


async def test_a_slow_click_is_not_lost_when_the_count_is_drawn_again(person: Person) -> None:
    """Pressing the button leaves the text, and leaving it counts anew: the button must outlive that."""
    page = person.page
    await person.sign_in()
    await person.open("/cabinet/compose")
    await page.fill("#text", "Sale — 20 % " + "until Sunday " * 8)
    await expect(page.locator("#parts")).to_have_text("2")
    await page.focus("#text")
    await page.keyboard.type("!")
    await page.hover("text=Replace them")
    async with page.expect_response("**/compose/count"):
        await page.mouse.down()
    await page.wait_for_timeout(200)  # a hand holds it for as long as this
    await page.mouse.up()
    await expect(page.locator("#text")).to_have_value("Sale - 20 % " + "until Sunday " * 8 + "!")
    await expect(page.locator("#parts")).to_have_text("1")


async def test_the_count_is_of_the_last_text_however_late_its_forerunners_are(person: Person) -> None:
    page = person.page
    await person.sign_in()
    await person.open("/cabinet/compose")
    held = asyncio.Queue[Route]()

    async def hold(route: Route) -> None:
        if "three+four" in (route.request.post_data or ""):
            await route.continue_()
        else:
            held.put_nowait(route)

    await page.route("**/compose/count", hold)
    for text in ("one", "one two", "one two three"):
        await page.fill("#text", text)
        await page.dispatch_event("#text", "change")
        await asyncio.wait_for(held.get(), 10)
    await page.fill("#text", "one two three four")
    await expect(page.locator("#characters")).to_have_text("18")


async def test_a_channel_shows_what_belongs_to_it(person: Person) -> None:
    page = person.page
    await person.sign_in()
    await person.open("/cabinet/compose")
    await expect(page.locator("#viber_text")).to_be_hidden()
    await page.select_option("#way", "viber")
    await expect(page.locator("#viber_text")).to_be_visible()
    await expect(page.locator("#text")).to_be_hidden()
    await expect(page.locator("#third")).to_be_hidden()
    await page.select_option("#second", "vk")
    await page.select_option("#third", "sms")
    await expect(page.locator("#wait")).to_be_visible()
    await page.fill("#vk_text", "In VK")
    order = "all => all.sort((a, b) => a.offsetTop - b.offsetTop).map(one => one.dataset.channel)"
    shown = page.locator(".phone [data-channel]:not([hidden])")
    assert await shown.evaluate_all(order) == ["viber", "vk", "sms"]


async def test_language_and_theme_change_with_one_click(person: Person) -> None:
    page = person.page
    await person.sign_in()
    root = page.locator("html")
    await expect(root).to_have_attribute("data-bs-theme", "light")
    await page.click("text=Русский")
    await expect(page.locator("h1")).to_have_text("Обзор")
    await page.click("button[aria-label='Тёмная тема']")
    await expect(root).to_have_attribute("data-bs-theme", "dark")
    await page.click("button[aria-label='Светлая тема']")
    await expect(root).to_have_attribute("data-bs-theme", "light")
    await page.click("text=English")
    await expect(page.locator("h1")).to_have_text("Overview")
    assert person.complaints == []


async def test_the_theme_of_the_system_is_taken_until_one_is_chosen(browser: Browser, live: Live) -> None:
    context = await browser.new_context(color_scheme="dark", locale="en")
    person = Person(await context.new_page(), live.gateway.url)
    await person.open("/sign-in")
    await expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    await person.page.emulate_media(color_scheme="light")
    await expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "light")
    await context.close()


async def test_a_base_of_ten_thousand_with_bad_rows(person: Person, tmp_path: Path) -> None:
    page = person.page
    good = [f"7916{number:07};Name {number}" for number in range(10_000)]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["phone;name", *good[:5_000], "12;nobody", "abc;nobody", *good[5_000:]]), "utf-8")
    await person.sign_in()
    await person.open("/cabinet/bases")
    await page.fill("#base-name", "Customers")
    await page.click("main button[type=submit]")
    await page.set_input_files("#file", file)
    await page.click("text=Look at it")
    await expect(page.locator("#column-1")).to_have_value("name")
    await page.click("text=Take it in")
    await expect(page.locator("[role=status]")).to_have_text("Taken in: 10,000 new, 0 known already, 2 left out.")
    await expect(page.locator("#bad-title")).to_have_text("2 records were left out")
    assert await page.locator("section[aria-labelledby=bad-title] tbody tr td:first-child").all_inner_texts() == [
        "5002",
        "5003",
    ]
    async with page.expect_download() as download:
        await page.click("text=What was left out, as CSV")
    saved = await (await download.value).path()
    lines = (await asyncio.to_thread(saved.read_text, "utf-8-sig")).splitlines()
    assert lines[1:] == ["5002,this is no phone number,12,nobody", "5003,this is no phone number,abc,nobody"]
    assert person.complaints == []
