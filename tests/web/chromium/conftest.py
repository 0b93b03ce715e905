"""People at a real browser, against a gateway on a port."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.chromium import STANDARD, barriers, chromium
from tests.gateway import Live

_CLIPPED = """[...document.querySelectorAll('.table-responsive')].filter(place => place.scrollWidth > place.clientWidth)
  .map(place => place.querySelector('tr').innerText)"""
RULES = [*STANDARD, "best-practice"]


class Person:
    """Somebody at a browser; whatever the browser complains about is kept."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    async def open(self, path: str) -> None:
        """Open a page."""
        await self.page.goto(self.url + path)

    async def sign_in(self, login: str = "demo", password: str = "demo") -> None:
        """Sign in by the form."""
        await self.open("/sign-in")
        await self.page.fill("#login", login)
        await self.page.fill("#password", password)
        await self.page.click("main button[type=submit]")

    async def faults(self, within: str = "html") -> list[str]:
        """Return what axe finds against WCAG 2.2 AA and against good practice, on the page or in a part of it."""
        return await barriers(self.page, RULES, within)

    async def overflow(self) -> int:
        """Return by how much the page is wider than the screen."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    async def clipped(self) -> list[str]:
        """Return the headings of tables that are wider than their place, and so scroll sideways."""
        found: list[str] = await self.page.evaluate(_CLIPPED)
        return found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser."""
    async with chromium() as opened:
        yield opened


@pytest.fixture
async def person(browser: Browser, live: Live) -> AsyncIterator[Person]:
    """Somebody who reads English, on a wide screen."""
    context = await browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
    yield Person(await context.new_page(), live.gateway.url)
    await context.close()
