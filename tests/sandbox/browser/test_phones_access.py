"""Every page of the sandbox for everybody: axe finds nothing in any of its views, and a small screen is enough."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect
from starlette.routing import BaseRoute, Route

from tests.chromium import STANDARD, barriers
from tests.sandbox.browser.conftest import OFF, PHONE, leg
from tests.sandbox.conftest import Send, Site
from tests.sandbox.esme import bound
from tolmach.core.content import FlashText

RULES = [*STANDARD, "best-practice"]
PAGE = "/sandbox/"
ELSEWHERE = {"/sandbox"}  # sends to the page
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
EMPTY = "79169999900"  # nothing was sent to it


@dataclass(frozen=True, slots=True)
class State:
    """How a view may look: its place, what shows it, and what a reader clicks and types before."""

    view: str
    place: str
    shown: str
    clicks: tuple[str, ...] = ()
    types: str = ""


STATES = {
    "wall": State("wall", "", ".tile", ("details > summary",)),
    "found": State("wall", "", ".found", types="code"),
    "not found": State("wall", "", "#found-none", types="no such text"),
    "no such number": State("wall", "", "#no-phones", types="555"),
    "phone": State("phone", f"#{PHONE}", ".phone-bubble"),
    "octets": State("phone", f"#{PHONE}/1", ".octets", ("#details button",)),
    "off": State("phone", f"#{OFF}", ".phone-bubble"),
    "no messages": State("phone", f"#{EMPTY}", ".screen-empty"),
    "smsc": State("smsc", "#smsc", "#sessions td"),
}


@pytest.fixture
async def filled(everything: Callable[[], Awaitable[None]]) -> None:
    await everything()


def test_every_page_of_the_router_is_opened(site_routes: list[BaseRoute]) -> None:
    gets = {route.path for route in site_routes if isinstance(route, Route) and "GET" in (route.methods or ())}
    assert {path for path in gets if not path.startswith(("/static/", "/sandbox/api/"))} - ELSEWHERE == {PAGE}


async def test_every_view_of_the_page_is_opened(site: Site) -> None:
    async with site.client.get(PAGE) as response:
        views = set(re.findall('<section id="view-([a-z]+)"', await response.text()))
    assert views == {state.view for state in STATES.values()}


async def judged(screen: Page, *, narrow: bool) -> list[object]:
    """Return what is wrong with what is shown."""
    await screen.set_viewport_size(NARROW if narrow else WIDE)  # type: ignore[arg-type]
    wider = await screen.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*await barriers(screen, RULES), *([f"{wider} pixels too wide"] if wider else [])]


@pytest.mark.parametrize(("theme", "language"), [("light", "ru"), ("dark", "en")])
@pytest.mark.usefixtures("filled")
async def test_everybody_can_use_it(screen: Page, port: int, theme: str, language: str) -> None:
    """Each view is looked at on a small screen in one theme, on a wide one in the other."""
    await screen.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    found: dict[str, object] = {}
    async with bound(port):
        for turn, (name, state) in enumerate(STATES.items()):
            await screen.goto("about:blank")  # another place of the same page would not load it anew
            await screen.goto(f"{PAGE}?lang={language}{state.place}")
            await expect(screen.locator(f"#view-{state.view}")).to_be_visible()
            await screen.fill("#search", state.types)
            for selector in state.clicks:
                await screen.click(selector)
            await expect(screen.locator(state.shown).first).to_be_visible()
            if wrong := await judged(screen, narrow=turn % 2 == (theme == "light")):
                found[name] = wrong
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_read_a_flash_message(screen: Page, send: Send, theme: str) -> None:
    await screen.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    await screen.goto(PAGE)
    await expect(screen.locator("#empty")).to_be_visible()
    found = {"empty wall": await judged(screen, narrow=theme == "dark")}
    await screen.goto(f"{PAGE}#{PHONE}")
    await expect(screen.locator(".screen-empty")).to_be_visible()
    await expect(screen.get_by_role("status")).to_have_class("live live-on")
    await send(leg(FlashText("Your pass ends at 18:00")))
    await expect(screen.locator("#flash")).to_be_visible()
    found["flash"] = await judged(screen, narrow=theme == "light")
    assert found == {"empty wall": [], "flash": []}
