"""What holds for every page."""

from collections.abc import Iterator

import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.errors import CommitUnknownError, Failure, LostAnswerError, RequestError, StoreUnavailableError
from tolmach.core.users import Role
from tolmach.services import people
from tolmach.services.reception import Reception
from tolmach.web.door import PAGES
from tolmach.web.pages import Page
from tolmach.web.security import POLICY

CLOSED = [page for page in PAGES if not page.is_open]


def name(page: Page) -> str:
    return f"{'POST' if page.posts else 'GET'} {page.path}"


def reached(page: Page) -> str:
    """Return an address of a page: numbers in the places of its parameters."""
    return "/".join("10" if piece.startswith("{") else piece for piece in page.path.split("/"))


@pytest.mark.parametrize("page", CLOSED, ids=name)
async def test_nobody_gets_in_without_signing_in(browser: Browser, page: Page) -> None:
    await browser.get("/sign-in")
    shown = await (browser.post(reached(page)) if page.posts else browser.get(reached(page)))
    assert (shown.status, shown.location) == (303, "/sign-in")


@pytest.mark.parametrize("page", [page for page in PAGES if page.posts], ids=name)
async def test_a_form_without_the_token_of_this_browser_changes_nothing(
    owner: Browser, operator: Browser, indoors: Inside, page: Page
) -> None:
    somebody = operator if page.path.startswith("/desk/") else owner
    before = await indoors.read(lambda tx: [*map(str, people.everyone(tx))])
    for token in ("", "0" * 64, "я"):
        somebody.token = token
        assert (await somebody.post(reached(page))).status == 400
    assert await indoors.read(lambda tx: [*map(str, people.everyone(tx))]) == before


async def test_a_form_that_another_site_sends_is_refused(owner: Browser) -> None:
    await owner.get("/profile")
    assert (await owner.post("/sign-out", sec_fetch_site="cross-site")).status == 400
    assert (await owner.post("/sign-out", sec_fetch_site="same-site")).status == 400
    assert (await owner.post("/sign-out", sec_fetch_site="same-origin")).status == 303


async def test_a_form_that_is_too_large_is_refused(owner: Browser) -> None:
    assert (await owner.post("/profile/password", content_length="9000000")).status == 413


async def test_every_answer_is_guarded_by_its_headers(owner: Browser) -> None:
    for shown in (await owner.get("/cabinet/"), await owner.get("/cabinet/nothing"), await owner.post("/sign-out")):
        assert shown.headers["content-security-policy"] == POLICY
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert shown.headers["cache-control"] == "no-store"
    assert "unsafe" not in POLICY


async def test_there_is_nothing_inline(owner: Browser) -> None:
    shown = await owner.get("/cabinet/")
    assert shown.page.xpath("//script[not(@src)] | //style | //*[@style]") == []
    assert [name for element in shown.page.iter() for name in element.attrib if name.startswith("on")] == []


@pytest.mark.parametrize("path", ["/cabinet/nothing", "/desk/nothing", "/cabinet/a/b/c"])
async def test_what_is_not_there_is_told_on_a_page(owner: Browser, path: str) -> None:
    shown = await owner.get(path)
    assert shown.status == 404
    assert shown.said("//h1") == "There is nothing here"


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (RequestError(Failure.BUSY), 503),
        (StoreUnavailableError("disk full"), 503),
        (RequestError(Failure.UNKNOWN_BASE), 404),
        (RequestError(Failure.BLOCKED), 403),
        (RequestError(Failure.BAD_FIELD), 422),
        (RequestError(Failure.INTERNAL), 500),
        (ValueError("a bug"), 500),
    ],
)
async def test_what_fails_is_told_on_a_page(
    owner: Browser, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int
) -> None:
    def fail(*_: object) -> Iterator[None]:
        raise failure

    monkeypatch.setattr(Reception, "execute", fail)
    shown = await owner.get("/cabinet/")
    assert shown.status == status
    assert "a bug" not in shown.text


@pytest.mark.parametrize("failure", [CommitUnknownError("lost"), LostAnswerError("intake has ended")])
async def test_who_perhaps_did_something_is_not_told_to_do_it_again(
    owner: Browser, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(*_: object) -> Iterator[None]:
        raise failure

    monkeypatch.setattr(Reception, "execute", fail)
    shown = await owner.get("/cabinet/")
    assert shown.status == 503
    assert "Nobody knows whether it was done." in shown.text


async def test_a_role_that_may_not_is_told_so(indoors: Inside) -> None:
    user = await indoors.read(lambda tx: people.find(tx, "operator"))
    hashed = user.password_hash
    now = indoors.gateway.clock.now()
    await indoors.write(lambda tx: people.add(tx, "money", hashed, Role.FINANCE, None, now))
    browser = Browser(indoors)
    await browser.sign_in("money")
    assert (await browser.get("/desk/changes")).status == 403


async def test_a_script_is_told_to_sign_in(browser: Browser) -> None:
    shown = await browser.get("/cabinet/", hx_request="true")
    assert shown.headers["hx-redirect"] == "/sign-in"


@pytest.mark.parametrize("prefix", ["/cabinet", "/desk"])
async def test_a_slash_that_is_missing_is_added(browser: Browser, prefix: str) -> None:
    shown = await browser.get(prefix)
    assert (shown.status, shown.location) == (308, f"{prefix}/")
