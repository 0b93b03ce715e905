"""A real browser before the sandbox, which runs in the test's own loop."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright
from starlette.routing import BaseRoute

from tests.clock import FakeClock
from tests.sandbox.conftest import Site
from tolmach.sandbox import page, reply_api, smsc_api
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.smsc import Smsc
from tolmach.web.look import Look

CHROMIUM = "/usr/bin/chromium"
AXE = Path(__file__).parents[3] / "build" / "web" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def site_routes(phones: Phones, smsc: Smsc, look: Look, clock: FakeClock) -> list[BaseRoute]:
    pages = page.routes(phones, look, smsc=True, replies=True)
    replies = reply_api.routes(Replies(phones), clock)
    return [*look.assets.routes(), *smsc_api.routes(smsc), *pages, *replies]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest.fixture
async def context(browser: Browser, site: Site) -> AsyncIterator[BrowserContext]:
    opened = await browser.new_context(base_url=site.url, locale="en-US", viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(20_000)
    yield opened
    await opened.close()


@pytest.fixture
async def screen(context: BrowserContext) -> AsyncIterator[Page]:
    """A page that may say nothing on its console: a violated policy or a failed script does."""
    opened = await context.new_page()
    said: list[str] = []
    opened.on("console", noting(said))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    assert said == []


def noting(said: list[str]) -> Callable[[ConsoleMessage], None]:
    def note(message: ConsoleMessage) -> None:
        # a refusal of the API is shown to the reader, and Chromium notes it down here as well
        if message.type in ("error", "warning") and "status of 400" not in message.text:
            said.append(message.text)

    return note


async def accessibility(screen: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA."""
    await screen.evaluate(AXE.read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = await screen.evaluate("(tags) => axe.run(document, {runOnly: tags})", tags)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]
