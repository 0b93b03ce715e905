"""A real browser for tests of pages: Debian's Chromium, driven by Playwright, before a server of the test's loop."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

PROGRAM = Path("/usr/bin/chromium")
IS_THERE = PROGRAM.exists()
AXE = Path(__file__).parents[1] / "build" / "web" / "node_modules" / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# what is well is neither described nor brought here: that takes longer than to find out
_RUN = """([within, rules]) =>
  axe.run(within, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations)"""
PATIENCE = 20_000  # milliseconds until a test that waits for something gives up


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser; the test is skipped where there is none (`scripts/test` installs it)."""
    if not IS_THERE:
        pytest.skip(f"there is no {PROGRAM}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def quiet_page(browser: Browser, base_url: str, locale: str = "en-US") -> AsyncIterator[Page]:
    """A page whose console stays empty: a violated policy or a failed script says something there."""
    context = await browser.new_context(base_url=base_url, locale=locale, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", _noting(said))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    await context.close()
    assert said == []


def _noting(said: list[str]) -> Callable[[ConsoleMessage], None]:
    def note(message: ConsoleMessage) -> None:
        # an answer that refuses is shown to the reader, and Chromium notes it down here as well
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            said.append(message.text)

    return note


async def barriers(page: Page, rules: Sequence[str] = STANDARD, within: str = "html") -> list[str]:
    """Return what axe finds against WCAG 2.2 AA (or other sets of its rules) on a page, or in a part, as it is now."""
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate(_RUN, [within, list(rules)])
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
