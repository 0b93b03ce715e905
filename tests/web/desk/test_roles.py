"""Every page of the desk × everybody who has no business there."""

import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tests.web.desk.conftest import Staff
from tolmach.core.users import Role
from tolmach.services import audits, people
from tolmach.services.reception import Reception
from tolmach.store import audit
from tolmach.web.door import PAGES
from tolmach.web.pages import Page

DESK = [page for page in PAGES if page.path.startswith("/desk/")]
ENTRANCE = "/desk/"  # sends everybody to a page that is theirs
OPEN = {
    Role.MODERATOR: ("/desk/moderation", "/desk/accounts", "/desk/stops"),
    Role.FINANCE: ("/desk/accounts", "/desk/ledger", "/desk/invoices", "/desk/days", "/desk/tariffs"),
    Role.SUPPORT: (
        "/desk/traffic",
        "/desk/accounts",
        "/desk/tariffs",
        "/desk/links",
        "/desk/routes",
        "/desk/stops",
        "/desk/callbacks",
        "/desk/receipts",
        "/desk/numbering",
        "/desk/changes",
    ),
}
FORMS = {
    "/desk/moderation/{kind}": {"decision": "approve", "login": "demo", "name": "Tolmach"},
    "/desk/accounts": {
        "login": "x",
        "password": "long enough",
        "time_zone": "UTC",
        "currency": "RUB",
        "moderation": "off",
    },
    "/desk/accounts/{login}": {"time_zone": "UTC", "moderation": "off", "traffic": "otp", "uncertain": "usual"},
    "/desk/accounts/{login}/pay": {"amount": "1"},
}


def name(page: Page) -> str:
    return f"{'POST' if page.posts else 'GET'} {page.path}"


def reached(page: Page) -> str:
    given = {"{kind}": "sender", "{login}": "demo", "{day}": "2026-03-01", "{name}": "demo", "{id}": "1"}
    address = page.path
    for word, value in given.items():
        address = address.replace(word, value)
    return address


async def ask(browser: Browser, page: Page) -> int:
    await browser.get("/profile")
    if page.posts:
        return (await browser.post(reached(page), FORMS.get(page.path, {}))).status
    return (await browser.get(reached(page))).status


@pytest.mark.parametrize("page", [page for page in DESK if page.path != ENTRANCE], ids=name)
async def test_users_of_accounts_get_nowhere_and_change_nothing(owner: Browser, indoors: Inside, page: Page) -> None:
    before = await indoors.read(lambda tx: audit.everything(tx, 0, 9))
    assert await ask(owner, page) in (403, 404)
    assert await indoors.read(lambda tx: audit.everything(tx, 0, 9)) == before


@pytest.mark.parametrize("role", OPEN)
async def test_each_role_of_the_staff_sees_its_own_pages_and_no_others(staff: Staff, role: Role) -> None:
    somebody = await staff(role)
    menu = {*(await somebody.get("/profile")).page.xpath("//nav//a/@href")}
    seen = set()
    for page in DESK:
        if page.posts or "{" in page.path or page.path in (ENTRANCE, "/desk/new-account"):
            continue
        status = await ask(somebody, page)
        assert status in (200, 403), page.path
        if status == 200:
            seen.add(page.path)
    top = {path for path in seen if path.count("/") == 2 and not path.endswith(".csv")}
    assert top == set(OPEN[role])
    assert menu == top - {"/desk/days"}


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SUPPORT])
@pytest.mark.parametrize("place", ["/desk/moderation/sender", "/desk/moderation/words", "/desk/stops"])
async def test_only_moderators_decide(staff: Staff, role: Role, place: str) -> None:
    somebody = await staff(role)
    await somebody.get("/profile")
    form = {"decision": "approve", "login": "demo", "name": "Tolmach", "words": "x", "numbers": "79031234567"}
    assert (await somebody.post(place, form)).status == 403


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SUPPORT])
@pytest.mark.parametrize("place", ["/desk/accounts/demo/pay", "/desk/days"])
async def test_only_finance_moves_money(staff: Staff, role: Role, place: str) -> None:
    somebody = await staff(role)
    await somebody.get("/profile")
    assert (await somebody.post(place, {"amount": "5"})).status == 403


@pytest.mark.parametrize("role", OPEN)
@pytest.mark.parametrize(
    "place",
    ["/desk/accounts", "/desk/accounts/demo", "/desk/accounts/demo/password", "/desk/links/sandbox", "/desk/routes/1"],
)
async def test_only_administrators_change_the_installation(staff: Staff, role: Role, place: str) -> None:
    somebody = await staff(role)
    await somebody.get("/profile")
    form = {"remove": "1", **FORMS["/desk/accounts"], **FORMS["/desk/accounts/{login}"]}
    assert (await somebody.post(place, form)).status == 403


async def test_nothing_of_the_desk_asks_around_the_reception(
    operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reception, "may", lambda *_: False)
    for page in DESK:
        if not page.posts and page.path != ENTRANCE:
            assert (await operator.get(reached(page))).status == 403, page.path


async def test_a_blocked_member_of_the_staff_is_out_at_once(staff: Staff, indoors: Inside) -> None:
    somebody = await staff(Role.SUPPORT)
    assert (await somebody.get("/desk/traffic")).status == 200
    await indoors.write(lambda tx: people.set_blocked(tx, "support", blocked=True))
    assert (await somebody.get("/desk/traffic")).location == "/sign-in"
    assert audits.TOLD.isdisjoint({"password", "password_hash", "content", "text"})
