"""Every page for everybody: axe finds nothing, the browser complains about nothing, and a small screen is enough."""

import pytest
from playwright.async_api import Browser

from tests.chromium import AXE
from tests.gateway import Live
from tests.web.chromium.conftest import Person
from tolmach.web.door import PAGES

FILES = ("export", ".csv")  # downloaded, not shown
SHOWN = [
    page.path
    for page in PAGES
    if not page.posts and "{" not in page.path and not any(word in page.path for word in FILES)
]


def of(prefix: str) -> list[str]:
    return [path for path in SHOWN if path.startswith(prefix) and path != "/desk/"]


def test_the_checker_is_there() -> None:
    assert AXE.exists(), "run scripts/setup dev"


@pytest.mark.parametrize(("login", "prefix"), [("demo", "/cabinet/"), ("demo", "/profile"), ("operator", "/desk/")])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_pages(browser: Browser, live: Live, login: str, prefix: str, theme: str) -> None:
    language = {"light": "ru", "dark": "en"}[theme]
    context = await browser.new_context(locale=language, color_scheme=theme, viewport={"width": 390, "height": 844})  # type: ignore[arg-type]
    person = Person(await context.new_page(), live.gateway.url)
    await person.sign_in(login)
    found: dict[str, object] = {}
    for path in of(prefix):
        await person.open(path)
        faults, wider = await person.faults(), await person.overflow()
        if faults or wider or person.complaints:
            found[path] = (faults, wider, person.complaints[:])
            person.complaints.clear()
    await context.close()
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_before_signing_in(browser: Browser, live: Live, theme: str) -> None:
    context = await browser.new_context(color_scheme=theme, viewport={"width": 390, "height": 844})  # type: ignore[arg-type]
    person = Person(await context.new_page(), live.gateway.url)
    await person.open("/sign-in")
    assert (await person.faults(), await person.overflow(), person.complaints) == ([], 0, [])
    await context.close()
