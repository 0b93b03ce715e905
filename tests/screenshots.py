"""Take the pictures of docs/images: a gateway with sample messages, looked at in both languages."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page, Route

from tests.chromium import chromium
from tests.e2e.documents import pronto, pronto_sms, target
from tests.gateway import Live, install, running, until
from tolmach.services import demo

IMAGES = Path(__file__).parents[1] / "docs" / "images"
LARGEST = 150_000  # octets
SIZE = {"width": 1200, "height": 800}
BANNER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 260">
<rect width="640" height="260" fill="#f6c445"/>
<circle cx="520" cy="70" r="130" fill="#f08a3c"/><circle cx="90" cy="240" r="120" fill="#e25b45"/>
<text x="60" y="150" font-family="sans-serif" font-weight="700" font-size="96" fill="#3a1d0a">−20 %</text></svg>"""
PHONE = "79161234594"  # cards are delivered and wait to be read


@dataclass(frozen=True, slots=True)
class Words:
    """What the sample messages say in one language."""

    locale: str
    code: str
    order: str
    sale: str
    button: str
    flash: str
    name: str
    position: str
    shop: str
    late: str


WORDS = {
    "en": Words(
        "en-GB",
        "Your sign-in code is 4821. Do not tell it to anybody.",
        "Order 1024 is packed and waits for you until Friday at 7 High Street. Bring a passport. "
        "We are open from 10 to 21 every day. All about it: https://shop.example/o/1024",
        "20 % off everything until Sunday. Come and see!",
        "Open the shop",
        "Your parking ends at 18:00",
        "Ivan Petrov",
        "manager",
        "The Shop",
        "Your parcel has arrived",
    ),
    "ru": Words(
        "ru-RU",
        "Код для входа: 4821. Никому его не сообщайте.",
        "Заказ 1024 собран и ждёт вас до пятницы на Тверской, 7. Возьмите паспорт. "
        "Подробности: https://shop.example/o/1024",
        "Скидка 20 % на всё до воскресенья. Ждём вас!",
        "Открыть магазин",
        "Парковка оплачена до 18:00",
        "Иван Петров",
        "менеджер",
        "Магазин",
        "Посылка пришла",
    ),
}


async def fill(live: Live, words: Words) -> None:
    """Send the sample messages, in the order in which the pictures show them."""

    sent = 0

    async def send(body: str, path: str = "/xml/") -> None:
        nonlocal sent
        assert "error" not in await live.post(path, body)
        sent += 1
        await until(arrived)

    async def arrived() -> bool:
        async with live.http.get("/sandbox/api/messages") as response:
            return len(await response.json()) == sent

    for turn, text in enumerate((words.code, words.late, words.order, words.code)):
        await send(pronto_sms(f"7905{turn}07{turn}0{turn}00"[:11], text=text, sender="Tolmach"))
    for number in ("79031112290", "79261234500"):
        await send(pronto_sms(number, text=words.order))
    async with live.http.patch("/sandbox/api/phones/79851234511", json={"on": False}) as response:
        assert response.status == 200
    await send(pronto_sms("79851234511", text=words.late))
    await send(pronto_sms(PHONE, text=words.order))
    card = (
        f"<send_viber>1</send_viber><sender_viber>INFORM</sender_viber><text_viber>{words.sale}</text_viber>"
        f"<button_text>{words.button}</button_text><button_url>https://shop.example/sale</button_url>"
        "<image_url>https://shop.example/sale.svg</image_url>"
    )
    await send(target(card, PHONE), "/xml/message.php")
    contact = (
        f'<message type="vcard"><sender>INFORM</sender><name>{words.name}</name><phone cell="+79031234567"/>'
        f"<email>ivan@shop.example</email><position>{words.position}</position>"
        f'<organization>{words.shop}</organization><abonent phone="{PHONE}" number_sms="1"/></message>'
    )
    await send(pronto(contact))
    await send(pronto_sms(PHONE, text=words.code, sender="Tolmach"))


async def look(browser: Browser, live: Live, language: str, theme: str) -> Page:
    """Open a page of the browser as a reader of this language has it; pictures of cards come from here."""
    context = await browser.new_context(
        base_url=live.gateway.url,
        locale=WORDS[language].locale,
        timezone_id="Europe/Moscow",
        viewport={"width": SIZE["width"], "height": SIZE["height"]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )

    async def banner(route: Route) -> None:
        await route.fulfill(content_type="image/svg+xml", body=BANNER)

    await context.route("https://shop.example/**", banner)
    return await context.new_page()


async def phones(page: Page) -> None:
    """The wall."""
    await page.goto("/sandbox/")
    await page.locator(".live-on").wait_for()
    await page.locator(".tile").nth(7).wait_for()


async def phone(page: Page) -> None:
    """One phone, with the octets of its long message."""
    await page.goto(f"/sandbox/#{PHONE}")
    await page.locator("button.phone-bubble-picture").click()
    await page.locator("img.phone-bubble-image").wait_for()
    details = page.locator("[data-details]")
    await details.first.click()
    await page.locator("#details button").click()
    await page.locator(".raw-part").nth(1).wait_for()
    await page.evaluate("document.getElementById('screen').scrollTop = 150; scrollTo(0, 0)")


async def _sign_in(page: Page, login: str = demo.LOGIN, first: str = "/cabinet/") -> None:
    await page.goto("/sign-in")
    await page.locator('input[name="login"]').fill(login)
    await page.locator('input[name="password"]').fill(demo.PASSWORD)
    await page.locator('main button[type="submit"]').first.click()
    await page.wait_for_url(f"**{first}*")


async def cabinet(page: Page) -> None:
    """The first page of the cabinet."""
    await _sign_in(page)
    await page.locator("canvas").first.wait_for()


async def compose(page: Page) -> None:
    """A cascade that is being composed, with its price and its phone."""
    await _sign_in(page)
    await page.goto("/cabinet/compose")
    words = WORDS[await page.locator("html").get_attribute("lang") or "en"]
    await page.locator("#recipients").fill("+7 903 111-22-33\n+7 926 123-45-00")
    await page.locator("#sender").fill("Tolmach")
    await page.locator("#way").select_option("viber")
    await page.locator("#second").select_option("sms")
    await page.locator("#viber_text").fill(words.sale)
    await page.locator("#button").fill(words.button)
    await page.locator("#link").fill("https://shop.example/sale")
    await page.locator("#text").fill(words.sale)
    await page.locator("#count").get_by_text("Viber").wait_for()
    await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


async def message(page: Page) -> None:
    """What happened to the message with the card."""
    await _sign_in(page)
    await page.goto("/cabinet/messages")
    await page.locator("tr", has_text="Viber").locator("a").first.click()
    await page.locator("#conclusion").wait_for()


async def desk(page: Page) -> None:
    """The operator's desk: what is going on."""
    await _sign_in(page, demo.OPERATOR, "/desk/")
    await page.goto("/desk/traffic")
    await page.locator("canvas").first.wait_for()


PICTURES = {
    "phones": ("light", phones),
    "phone": ("dark", phone),
    "cabinet": ("light", cabinet),
    "compose": ("light", compose),
    "message": ("light", message),
    "desk": ("dark", desk),
}


async def take(names: Sequence[str]) -> None:
    """Take the pictures of these names, in every language."""
    IMAGES.mkdir(exist_ok=True)
    async with chromium() as browser:
        for language, words in WORDS.items():
            with tempfile.TemporaryDirectory() as folder:
                install(Path(folder) / "tolmach.sqlite", datetime.now(UTC))
                async with running(Path(folder), sandbox={"enabled": True, "delay": 0, "smpp_port": 0}) as live:
                    await fill(live, words)
                    for name in names:
                        theme, prepare = PICTURES[name]
                        page = await look(browser, live, language, theme)
                        await prepare(page)
                        await keep(page, IMAGES / f"{name}-{language}.png")


async def keep(page: Page, path: Path) -> None:
    """Store a picture; it has to be small."""
    picture = await page.screenshot(path=path)
    sys.stdout.write(f"{path.name}: {len(picture)} octets\n")
    assert len(picture) <= LARGEST, f"{path.name} is too large"


if __name__ == "__main__":
    asyncio.run(take(sys.argv[1:] or list(PICTURES)))
