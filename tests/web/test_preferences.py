import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services import people


async def test_one_click_changes_the_language(owner: Browser, indoors: Inside) -> None:
    shown = await owner.get("/cabinet/")
    assert shown.page.get("lang") == "en"
    sent = await owner.post("/preferences", {"language": "ru", "back": "/cabinet/"})
    shown = await owner.follow(sent)
    assert (sent.location, shown.page.get("lang"), shown.said("//h1")) == ("/cabinet/", "ru", "Обзор")
    assert (await indoors.read(lambda tx: people.find(tx, "demo"))).language == "ru"
    another = Browser(indoors)
    assert (await another.sign_in()).said("//h1") == "Обзор"


async def test_one_click_changes_the_theme(owner: Browser) -> None:
    assert (await owner.get("/cabinet/")).page.get("data-bs-theme") is None  # the system's
    shown = await owner.follow(await owner.post("/preferences", {"theme": "dark", "back": "/profile"}))
    assert shown.page.get("data-bs-theme") == "dark"


async def test_before_signing_in_the_browser_remembers(browser: Browser) -> None:
    await browser.get("/sign-in")
    shown = await browser.follow(await browser.post("/preferences", {"language": "ru", "back": "/sign-in"}))
    assert shown.said("//h1") == "Войти"
    shown = await browser.follow(await browser.post("/preferences", {"theme": "light", "back": "/sign-in"}))
    assert shown.page.get("data-bs-theme") == "light"


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", ""])
async def test_it_goes_back_to_our_own_pages_only(owner: Browser, back: str) -> None:
    await owner.get("/cabinet/")
    assert (await owner.post("/preferences", {"theme": "dark", "back": back})).location == "/"


async def test_what_is_not_known_changes_nothing(owner: Browser) -> None:
    await owner.get("/cabinet/")
    await owner.post("/preferences", {"language": "xx", "theme": "pink", "back": "/cabinet/"})
    shown = await owner.get("/cabinet/")
    assert (shown.page.get("lang"), shown.page.get("data-bs-theme")) == ("en", None)
