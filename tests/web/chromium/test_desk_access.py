"""The pages of the desk with something on them, for everybody; `test_access` opens those without parameters, empty."""

from datetime import timedelta

from playwright.async_api import Browser
from sqlalchemy import update

from tests.gateway import Live
from tests.web.chromium.conftest import Person
from tests.web.chromium.test_access import FILES, SHOWN
from tolmach.core.ids import AccountId
from tolmach.core.links import IdRules
from tolmach.core.moments import to_ms
from tolmach.core.registry import RegistryState
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.status import Status
from tolmach.services import finance, routing, senders
from tolmach.store import callbacks, files, invoices, parts, patterns, registry, rematching
from tolmach.store.callbacks import Callback
from tolmach.store.database import Tx
from tolmach.store.files import StoredFile
from tolmach.store.invoices import StoredInvoice
from tolmach.store.parts import Orphan
from tolmach.store.registry import Listing
from tolmach.store.schema import callbacks as callback_table
from tolmach.web.door import PAGES

SENT = (
    "/desk/",
    "/desk/moderation/files/{id}",
    "/desk/days/{day}/csv",
    "/desk/tariffs/{name}/csv",
)  # elsewhere, or as files
ADDED = "/desk/added-links/{name}"  # test_desk adds a link and looks at its page
OPENED = {
    "/desk/accounts/{login}": "demo",
    "/desk/days/{day}": "",  # the day of the clock
    "/desk/tariffs/{name}": "demo",
    "/desk/links/{name}": "sandbox",
}
FILLED = (
    "/desk/moderation",
    "/desk/moderation/decided",
    "/desk/moderation/registry",
    "/desk/moderation/files",
    "/desk/accounts",
    "/desk/days",
    "/desk/invoices",
    "/desk/routes?number=79161234500",
    "/desk/callbacks?login=demo",
    "/desk/receipts?link=carrier&look=1",
)


def test_every_page_is_opened_by_some_test() -> None:
    gets = {page.path for page in PAGES if page.path.startswith("/desk") and not page.posts}
    shown = {path for path in gets if not any(word in path for word in FILES)} - {*SENT}
    assert shown == {path for path in SHOWN if path.startswith("/desk/") and path not in SENT} | {*OPENED, ADDED}
    assert {path.partition("?")[0] for path in FILLED} <= shown


async def fill(live: Live) -> str:
    """Have something stand on every page; return the day that is closed."""
    clock, demo = live.gateway.clock.now(), AccountId(1)
    now = to_ms(clock)

    def seed(tx: Tx) -> None:
        for name in ("Waits", "Decided"):
            senders.add(tx, "demo", name, clock, approved=name == "Decided")
        patterns.add(tx, demo, "code", "Code #code#", now)
        files.add(tx, StoredFile(0, demo, "f" * 32, "letter.pdf", "pdf", 8, "digest", now))
        states = zip(
            ("mts", "mega", "tele2"), (RegistryState.POSTED, RegistryState.SENT, RegistryState.TO_DELETE), strict=True
        )
        for word, state in states:
            registry.put(tx, Listing(demo, "Tolmach", word, "OOO", "7701", "soon", state, now, now))
        invoices.add(tx, StoredInvoice(demo, 0, 1_000_000, "March", "open", now, "demo"))
        routing.add(tx, Rule(0, 0, Conditions(direction="Россия"), (Target("sandbox"),)))
        rematching.set_rules(tx, "carrier", IdRules())
        parts.keep_orphans(tx, [Orphan("carrier", "77", Status.DELIVERED, now, now, "77", "4D")])
        callbacks.add(tx, [Callback(demo, 1, Status.DELIVERED, now, now)])
        tx.execute(update(callback_table).values(state="failed", attempts=5, done_at=now, error="HTTP 500"))
        finance.close(tx, clock + timedelta(days=1), "operator")

    await live.write(seed)
    return f"{clock:%Y-%m-%d}"


async def test_pages_with_something_on_them(browser: Browser, live: Live) -> None:
    """The menu around them is looked at by `test_access`; the themes take turns."""
    day = await fill(live)
    context = await browser.new_context(locale="ru", reduced_motion="reduce", viewport={"width": 390, "height": 844})
    person = Person(await context.new_page(), live.gateway.url)
    await person.sign_in("operator")
    found: dict[str, object] = {}
    opened = [path.partition("{")[0] + (value or day) for path, value in OPENED.items()]
    for turn, path in enumerate((*opened, *FILLED)):
        await person.page.emulate_media(color_scheme="dark" if turn % 2 else "light")
        await person.open(path)
        faults, wider = await person.faults("main"), await person.overflow()
        if faults or wider or person.complaints:
            found[path] = (faults, wider, person.complaints[:])
            person.complaints.clear()
    await context.close()
    assert found == {}
