"""Every page for everybody: axe finds nothing, the browser complains about nothing, and a small screen is enough."""

import pytest
from playwright.async_api import Browser

from tests.chromium import AXE
from tests.gateway import Inside, Live
from tests.web.browser import Browser as Client
from tests.web.chromium.conftest import Person
from tolmach.core.moments import to_ms
from tolmach.core.registry import OPERATORS, RegistryState
from tolmach.services import accounts
from tolmach.store import inbox, registry
from tolmach.store.database import Tx
from tolmach.store.inbox import Letter
from tolmach.store.registry import Listing
from tolmach.web.door import PAGES

FILES = ("export", ".csv")  # downloaded, not shown
SHOWN = [
    page.path
    for page in PAGES
    if not page.posts and "{" not in page.path and not any(word in page.path for word in FILES)
]


AS_WIDE_AS_A_FILE = "/cabinet/imports/"
PARTS = {"/cabinet/campaigns/{id}/bar"}  # no page: what a list asks for again and again
ONE_OF = sorted(
    {
        page.path
        for page in PAGES
        if page.path.startswith("/cabinet/") and not page.posts and "{" in page.path
        and not any(word in page.path for word in FILES)
    }
    - PARTS
)  # fmt: skip
"""Pages of the cabinet about one thing: `seeded` says which thing, for each of them."""


def of(prefix: str) -> list[str]:
    return [path for path in SHOWN if path.startswith(prefix) and path != "/desk/"]


async def seeded(live: Live) -> dict[str, list[str]]:
    """Give the account one of everything; return the addresses of each page in `ONE_OF`, in the states that differ."""
    client = Client(Inside(live.gateway))
    await client.sign_in()
    await client.get("/cabinet/compose")
    form = {"way": "viber", "second": "sms", "viber_text": "Sale", "text": "Sale", "lasts": "60", "action": "send"}
    one = await client.post("/cabinet/compose", form | {"recipients": "79161234596"})
    later = {"recipients": "79161234500\n79161234590", "due": "2099-01-01T10:00"}
    await client.post("/cabinet/compose", form | later)
    campaign = (await client.get("/cabinet/campaigns")).page.xpath("//a[contains(@href, '/cabinet/campaigns/')]/@href")
    base = (await client.post("/cabinet/bases", {"name": "Customers"})).location
    await client.get(base)
    file = {"file": ("people.csv", b"phone;name;born\n79031234567;Anna;17.05.1990\nabc;nobody;\n")}
    waiting = (await client.upload(f"{base}/import", {}, file)).location
    done = (await client.upload(f"{base}/import", {}, file)).location
    columns = {"column-0": "phone", "column-1": "name", "column-2": "born"}
    await client.post(done, columns)
    await client.post("/cabinet/stops", {"numbers": "79031234568"})
    await client.post("/cabinet/patterns", {"name": "Sale", "text": "Sale until Sunday"})
    await client.post("/cabinet/api/tokens", {"name": "crm", "last_day": ""})
    invoice = (await client.post("/cabinet/invoices", {"amount": "500", "note": "May"})).location
    now = to_ms(live.gateway.clock.now())

    def heard(tx: Tx) -> int:
        account = accounts.find(tx, "demo").id
        inbox.add(tx, [Letter(account, now, "79161234500", "79611111111", "", "carrier", "When do you open?")])
        return int(inbox.newest(tx, account, 1)[0].id)

    def registered(tx: Tx) -> None:
        account = accounts.find(tx, "demo").id
        for word, state in zip(OPERATORS, (RegistryState.APPROVED, RegistryState.SENT), strict=False):
            registry.put(tx, Listing(account, "Tolmach", word, "", "", "", state, now, now))

    letter = await live.write(heard)
    await live.write(registered)
    return {
        "/cabinet/messages/{id}": [one.location],
        "/cabinet/campaigns/{id}": list(campaign[:1]),
        "/cabinet/bases/{id}": [base],
        "/cabinet/imports/{id}": [waiting, done],
        "/cabinet/inbox/{id}": [f"/cabinet/inbox/{letter}"],
        "/cabinet/users/{id}": ["/cabinet/users/1"],
        "/cabinet/invoices/{id}": [invoice],
    }


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
    ones = await seeded(live) if prefix == "/cabinet/" else {}
    assert prefix != "/cabinet/" or sorted(ones) == ONE_OF, "seed one of the new kind, too"
    for path in [*of(prefix), *(path for several in ones.values() for path in several)]:
        await person.open(path)
        faults, wider = await person.faults(), await person.overflow()
        clipped = await person.clipped() if prefix == "/cabinet/" and not path.startswith(AS_WIDE_AS_A_FILE) else []
        if faults or wider or clipped or person.complaints:
            found[path] = (faults, wider, clipped, person.complaints[:])
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
