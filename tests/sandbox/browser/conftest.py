"""A browser before the sandbox: its page, its API and its SMSC."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page
from starlette.routing import BaseRoute

from tests.chromium import chromium, quiet_page
from tests.clock import NOON, FakeClock
from tests.sandbox.conftest import Send, Site
from tests.sandbox.legs import sms, viber
from tolmach.core.content import Content, FlashText, SilentPing, SmsText, VCard, WapPush
from tolmach.core.delivery import Submission
from tolmach.sandbox import page, reply_api, smsc_api
from tolmach.sandbox.handset import Change
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.smsc import Smsc
from tolmach.web.look import Look

PHONE = "79161234500"
UNREAD = "79161234594"  # cards are delivered and not read
OFF = "79161234511"  # `everything` switches it off
CONTENTS: tuple[Content, ...] = (
    SmsText("Your code is 4821"),
    FlashText("Your pass ends at 18:00"),
    SilentPing(),
    WapPush("Big sale", "https://shop.example/sale"),
    VCard("Ivan Petrov", cell="+79031234567", email="ivan@shop.example", organization="Shop"),
)


def leg(content: Content, phone: str = PHONE) -> Submission:
    return sms(phone)._replace(content=content)


@pytest.fixture
def site_routes(phones: Phones, smsc: Smsc, look: Look, clock: FakeClock) -> list[BaseRoute]:
    pages = page.routes(phones, look, smsc=True, replies=True)
    replies = reply_api.routes(Replies(phones), clock)
    return [*look.assets.routes(), *smsc_api.routes(smsc), *pages, *replies]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest.fixture
async def screen(browser: Browser, site: Site) -> AsyncIterator[Page]:
    async with quiet_page(browser, site.url) as opened:
        yield opened


@pytest.fixture
def everything(send: Send, phones: Phones) -> Callable[[], Awaitable[None]]:
    """Send a message of every kind, to phones in every state."""

    async def fill() -> None:
        await send(*map(leg, CONTENTS), viber(PHONE), viber(UNREAD), sms("79161234591"))
        await Replies(phones).add(PHONE, "Tolmach", "Yes", NOON)
        await phones.set(OFF, Change(on=False))
        await send(sms(OFF), viber(OFF))

    return fill
