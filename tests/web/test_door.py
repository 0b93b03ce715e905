from tests.web.browser import Browser
from tolmach.web.door import PAGES, PREFIXES


def test_no_two_pages_answer_at_the_same_address() -> None:
    places = [(page.path, page.posts) for page in PAGES]
    assert len(set(places)) == len(places)


def test_pages_keep_out_of_the_way_of_the_protocols() -> None:
    own = (*PREFIXES, "/sign-in", "/sign-out", "/profile", "/preferences")
    assert all(page.path.startswith(own) for page in PAGES)


async def test_a_browser_is_sent_to_the_pages_and_a_program_told_where_things_are(browser: Browser) -> None:
    assert (await browser.get("/", accept="text/html,*/*")).location == "/cabinet/"
    assert "/cabinet/" in (await browser.get("/", accept="*/*")).text
