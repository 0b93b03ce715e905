"""The phones' page in a real browser."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page, expect

from tests.sandbox.browser.conftest import CONTENTS, PHONE, UNREAD, leg
from tests.sandbox.conftest import Send
from tests.sandbox.esme import bound, message
from tests.sandbox.legs import sms, viber
from tolmach.core.content import FlashText, SmsText, VCard, ViberCard, WapPush
from tolmach.sandbox.handset import Change
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.smsc import Smsc

HERE = f"/sandbox/#{PHONE}"


async def test_the_wall_is_live(screen: Page, send: Send) -> None:
    await screen.goto("/sandbox/")
    await expect(screen.get_by_text("No messages yet").first).to_be_visible()
    await expect(screen.get_by_role("status")).to_have_text("live")
    await send(sms(PHONE, "Your code is 4821"))
    await expect(
        screen.get_by_role("link", name=re.compile("^[+]7 916 123-45-00 Messages: 1 .* Tolmach Your code is 4821$"))
    ).to_be_visible()
    await expect(screen.get_by_text("No messages yet").first).to_be_hidden()
    await send(sms("79031112200", "Another"), sms(PHONE, "Again"))
    tiles = screen.locator(".tile")
    await expect(tiles).to_have_count(2)
    await expect(tiles.first).to_contain_text("Again")


async def test_a_phone_is_opened_by_keyboard(screen: Page, send: Send) -> None:
    await send(sms(PHONE, "Your code is 4821"))
    await screen.goto("/sandbox/")
    await screen.get_by_role("link", name=re.compile("123-45-00")).focus()
    await screen.keyboard.press("Enter")
    await expect(screen.get_by_role("heading", name="+7 916 123-45-00")).to_be_visible()
    await screen.get_by_role("button", name="Details").focus()
    await screen.keyboard.press("Enter")
    await expect(screen.get_by_role("heading", name="Details of the message")).to_be_focused()


async def test_every_kind_is_shown(screen: Page, everything: Callable[[], Awaitable[None]]) -> None:
    await everything()
    await screen.goto(HERE)
    bubbles = screen.locator(".phone-bubble")
    await expect(bubbles).to_have_count(len(CONTENTS) + 2)
    for turn, words in enumerate(["code is 4821", "ends at 18:00", "A silent message", "Big sale", "Ivan Petrov"]):
        await expect(bubbles.nth(turn)).to_contain_text(words)
    await expect(screen.get_by_role("link", name="https://shop.example/sale")).to_be_visible()
    await expect(screen.get_by_role("link", name="Открыть")).to_have_attribute("href", "https://example.org/sale")


async def test_a_text_is_never_markup(screen: Page, send: Send) -> None:
    bad = '<img src=x onerror="document.title=1"> javascript:alert(1)'
    card = ViberCard(bad, bad, "javascript:alert(1)", "javascript:alert(1)")
    await send(
        leg(SmsText(bad)), viber(PHONE, card), leg(WapPush(bad, "javascript:alert(1)")), leg(VCard(bad, url=bad))
    )
    await screen.goto(HERE)
    await expect(screen.locator(".phone-bubble-text", has_text="onerror").first).to_have_text(bad)
    assert await screen.locator('#screen a[href^="javascript"], #screen img').count() == 0
    assert await screen.title() == "Phones · Tolmach"


async def test_a_flash_message_pops_up(screen: Page, send: Send) -> None:
    await screen.goto(HERE)
    await expect(screen.get_by_role("status")).to_have_text("live")
    await send(leg(FlashText("Your pass ends at 18:00")))
    flash = screen.get_by_role("alert").filter(has_text="ends at 18:00")
    await expect(flash).to_be_visible()
    await screen.reload()
    await expect(flash).to_be_visible()  # nobody has closed it
    await screen.get_by_role("button", name="OK").click()
    await expect(flash).to_be_hidden()
    await screen.reload()
    await expect(screen.locator(".phone-bubble")).to_be_visible()
    await expect(flash).to_be_hidden()
    await expect(screen.locator(".phone-bubble")).to_contain_text("ends at 18:00")


async def test_a_flash_message_that_waited_pops_up_when_the_phone_is_on(
    screen: Page, send: Send, phones: Phones
) -> None:
    await phones.set(PHONE, Change(on=False))
    await send(leg(FlashText("Your pass ends at 18:00")))
    await screen.goto(HERE)
    await expect(screen.locator(".outcome-waiting")).to_be_visible()
    await expect(screen.get_by_role("button", name="OK")).to_be_hidden()
    await screen.get_by_role("switch", name="The phone is switched on").click()
    await expect(screen.get_by_role("alert").filter(has_text="ends at 18:00")).to_be_visible()


async def test_a_card_is_read_and_its_button_pressed(screen: Page, send: Send, phones: Phones) -> None:
    await send(viber(UNREAD), viber(UNREAD))
    await screen.goto(f"/sandbox/#{UNREAD}")
    first, second = (screen.locator(".phone-bubble").nth(turn) for turn in (0, 1))
    await first.get_by_role("button", name="Read it").click()
    await expect(first.locator(".outcome")).to_have_text("read")
    await screen.route("https://example.org/**", lambda route: route.abort())
    await screen.context.route("https://example.org/**", lambda route: route.fulfill(body="the shop"))
    async with screen.expect_popup() as opened:
        await second.get_by_role("link", name="Открыть").click()
    await (await opened.value).close()
    await expect(second).to_contain_text("Pressed at")
    await expect(second.locator(".outcome")).to_have_text("read")
    found = await phones.some([1, 2])
    assert [(one.outcome, one.pressed is not None) for one in found] == [("read", False), ("read", True)]


async def test_a_picture_is_loaded_when_asked_for(screen: Page, send: Send) -> None:
    await screen.context.route(
        "https://example.org/**",
        lambda route: route.fulfill(content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg"/>'),
    )
    await send(viber(PHONE))
    await screen.goto(HERE)
    assert await screen.locator("#screen img").count() == 0
    await screen.get_by_role("button", name="Show the picture from example.org").click()
    await expect(screen.get_by_role("img", name="Picture")).to_have_attribute("src", re.compile("sale.png"))
    await screen.get_by_role("link", name="Открыть").evaluate("button => button.removeAttribute('href')")
    await screen.locator(".phone-bubble-button").click()
    await expect(screen.get_by_text("Pressed at")).to_be_visible()
    await expect(screen.get_by_role("img", name="Picture")).to_be_visible()  # though the message was drawn anew


async def test_a_phone_is_switched_off_and_on(screen: Page, send: Send) -> None:
    await send(sms(PHONE, "before"))
    await screen.goto(HERE)
    power = screen.get_by_role("switch", name="The phone is switched on")
    await power.click()
    await expect(screen.get_by_text("The phone is off")).to_be_visible()
    await send(sms(PHONE, "while it is off"))
    late = screen.locator(".phone-bubble").filter(has_text="while it is off")
    await expect(late.locator(".outcome")).to_have_text("waits for the phone")
    await expect(screen.get_by_text("Messages that wait: 1")).to_be_visible()
    await power.click()
    await expect(late.locator(".outcome")).to_have_text("delivered")
    await expect(screen.get_by_text("The phone is off")).to_be_hidden()


async def test_an_outcome_is_chosen(screen: Page, send: Send, phones: Phones) -> None:
    await screen.goto(HERE)
    await screen.get_by_label("SMS", exact=True).select_option("undelivered")
    await expect(screen.get_by_label("Viber", exact=True)).to_have_value("")

    async def chosen() -> dict[Any, Any]:
        return dict(phones.handset(PHONE).chosen)

    await expect(screen.get_by_label("SMS", exact=True)).to_have_value("undelivered")
    while not await chosen():
        await screen.wait_for_timeout(10)
    await send(sms(PHONE))
    await expect(screen.locator(".phone-bubble .outcome")).to_have_text("not delivered")
    await screen.get_by_role("button", name="Reset the settings").click()
    await expect(screen.get_by_label("SMS", exact=True)).to_have_value("")


async def test_a_reply_is_written(screen: Page, send: Send, phones: Phones) -> None:
    await send(sms(PHONE, "Do you come?"))
    await screen.goto(HERE)
    await expect(screen.get_by_label("To whom")).to_have_value("Tolmach")
    await screen.get_by_label("Reply", exact=True).fill("Yes & no")
    await screen.keyboard.press("Enter")
    reply = screen.locator(".phone-bubble-own")
    await expect(reply).to_contain_text("Reply to Tolmach")
    await expect(reply).to_contain_text("Yes & no")
    await expect(screen.get_by_label("Reply", exact=True)).to_have_value("")
    assert [one.text for one in await Replies(phones).said(PHONE, 10)] == ["Yes & no"]
    await screen.reload()
    await expect(reply).to_have_count(1)


async def test_octets_are_shown_on_demand(screen: Page, port: int) -> None:
    async with bound(port) as esme:
        await esme.submit(message(PHONE, bytes.fromhex("0500030702014869"), esm_class=0x40))
        await esme.submit(message(PHONE, bytes.fromhex("0500030702022121"), esm_class=0x40))
    await screen.goto(HERE)
    await screen.get_by_role("button", name="Details").click()
    octets = screen.get_by_role("button", name="Show the octets")
    await expect(octets).to_have_attribute("aria-expanded", "false")
    await octets.click()
    await expect(octets).to_have_attribute("aria-expanded", "true")
    details = screen.locator("#details")
    await expect(details).to_contain_text("Part 2 / 2")
    await expect(details).to_contain_text("long message 7: 2/2")
    await expect(details.get_by_label("Octets").first).to_contain_text("05 00 03 07 02 01 48 69")
    await octets.click()
    await expect(details).not_to_contain_text("Part 2 / 2")


async def test_search(screen: Page, send: Send) -> None:
    await send(sms(PHONE, "Your code is 4821"), sms("79031112200", "Your parcel is here"))
    await screen.goto("/sandbox/")
    await expect(screen.locator(".tile")).to_have_count(2)
    search = screen.get_by_role("searchbox")
    await search.fill("+7 903")
    await expect(screen.locator(".tile")).to_have_count(1)
    await search.fill("+7 904")
    await expect(screen.get_by_text("No phone has such a number.")).to_be_visible()
    await search.fill("nothing like that")
    await expect(screen.get_by_text("No message contains that.")).to_be_visible()
    await search.fill("parcel")
    await screen.get_by_role("link", name=re.compile("Your parcel is here")).click()
    await expect(screen.get_by_role("heading", name="+7 903 111-22-00")).to_be_visible()
    await expect(screen.get_by_role("heading", name="Details of the message")).to_be_visible()


async def test_clearing(screen: Page, send: Send) -> None:
    await send(sms(PHONE), sms("79031112200"))
    await screen.goto(HERE)
    await screen.get_by_role("button", name="Clear messages").click()
    await expect(screen.locator(".phone-bubble")).to_have_count(0)
    await screen.goto("/sandbox/#")
    await expect(screen.locator(".tile")).to_have_count(1)
    screen.on("dialog", lambda dialog: dialog.accept())
    await screen.get_by_role("button", name="Clear all").click()
    await expect(screen.locator(".tile")).to_have_count(0)


async def test_language_and_theme_are_one_click_and_stay(screen: Page, send: Send) -> None:
    await send(sms(PHONE))
    await screen.goto(HERE)
    await screen.get_by_role("link", name="Русский").click()
    await expect(screen.get_by_role("switch", name="Телефон включён")).to_be_visible()
    await expect(screen.get_by_role("heading", name="+7 916 123-45-00")).to_be_visible()
    await screen.get_by_role("link", name="Тёмная тема").click()
    await expect(screen.locator("html")).to_have_attribute("data-bs-theme", "dark")
    await screen.goto("/sandbox/")
    await expect(screen.locator("html")).to_have_attribute("data-bs-theme", "dark")
    await expect(screen.locator("html")).to_have_attribute("lang", "ru")


async def test_faults_are_set_and_taken_back(screen: Page, smsc: Smsc, port: int) -> None:
    async with bound(port):
        await screen.goto("/sandbox/#smsc")
        await expect(screen.locator("#sessions")).to_contain_text("bound_trx")
        await screen.get_by_label("Answered ESME_RTHROTTLED").fill("20")
        await expect(screen.locator("#faults-count")).to_have_text("1")
        assert smsc.book.of("demo").throttle == 0.2
        await screen.get_by_label("Refuse every submit with").fill("no such status")
        await screen.keyboard.press("Tab")
        await expect(screen.get_by_role("alert").filter(has_text="no such command_status")).to_be_visible()
        await screen.get_by_label("Refuse every submit with").fill("ESME_RMSGQFUL")
        await screen.keyboard.press("Tab")
        await expect(screen.locator("#faults-count")).to_have_text("2")
        await screen.get_by_label("For which system").select_option("demo")
        await screen.get_by_label("Fall silent without closing").check()
        await expect(screen.locator("#faults-count")).to_have_text("5")
        assert smsc.book.of("demo").half_open
        assert not smsc.book.of("other").half_open
        await screen.get_by_role("button", name="Everything right again").click()
        await expect(screen.locator("#faults-count")).to_be_hidden()
        assert smsc.book.describe()["systems"] == {}
