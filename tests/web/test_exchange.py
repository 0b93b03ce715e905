from tests.gateway import Inside
from tests.web.browser import Browser


async def test_the_menu_is_that_of_the_place(owner: Browser, operator: Browser) -> None:
    menus = [[*(await one.get("/profile")).page.xpath("//nav//a/@href")] for one in (owner, operator)]
    assert menus[0][0] == "/cabinet/"
    assert all(path.startswith("/cabinet/") for path in menus[0])
    assert all(path.startswith("/desk/") for path in menus[1])


async def test_the_page_that_is_shown_is_marked(owner: Browser) -> None:
    shown = await owner.get("/cabinet/")
    assert shown.page.xpath("//nav//a[@aria-current='page']/@href") == ["/cabinet/"]


async def test_a_notice_survives_any_letters(owner: Browser, indoors: Inside) -> None:
    await owner.post("/preferences", {"language": "ru", "back": "/profile"})
    other = Browser(indoors)
    await other.sign_in()
    shown = await owner.follow(await owner.post("/profile/sessions", {"session": "0"}))
    assert shown.said("//*[@role='status']") == "Вход завершён."
