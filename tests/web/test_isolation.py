"""Nobody sees or changes what belongs to another account: every page with an id, with the ids of somebody else."""

from datetime import timedelta
from typing import Any

import pytest

from tests.gateway import Inside, rows
from tests.web.browser import Browser
from tolmach.core.bases import Base
from tolmach.core.commands import PutSubscriber, SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Group, Step
from tolmach.core.moments import to_ms
from tolmach.core.money import parse_money
from tolmach.core.users import Role
from tolmach.services import accounts, bases, ledger, messages, people, subscribers, tokens
from tolmach.services.accounts import Changes
from tolmach.store import imports, inbox, invoices, patterns
from tolmach.store.database import Tx
from tolmach.store.imports import StoredImport
from tolmach.store.inbox import Letter
from tolmach.store.invoices import StoredInvoice
from tolmach.web.door import PAGES

OTHER = "other"
CABINET = [page for page in PAGES if page.path.startswith("/cabinet/")]


@pytest.fixture
async def theirs(indoors: Inside) -> dict[str, list[str]]:
    """Another account that has one of everything; its ids by the beginning of the pages that show such."""
    now = indoors.gateway.clock.now()

    def seed(tx: Tx) -> dict[str, list[str]]:
        account = accounts.add(tx, OTHER, "h", Changes(tariff="demo", any_sender=True, default_sender="Other"), now)
        ledger.top_up(tx, OTHER, parse_money("10"), "", now)
        base: Base = bases.add(tx, OTHER, "Theirs", {}, now)
        subscribers.put(tx, OTHER, str(base.id), [PutSubscriber("79169999999", {"name": "Their"})], now)
        user = people.add(tx, "igor", "h", Role.OWNER, OTHER, now)
        tokens.add(tx, OTHER, "theirs", tokens.make(), now)
        fields: dict[str, list[Any]] = {"preview": [["phone"], ["79169999999"]], "fields": ["phone"]}
        row = StoredImport(account.id, 0, base.id, "f" * 32, "Their.csv", "", "", state="done", total=1, position=0,
                           read=0, added=0, known=0, bad=0, error="", created_at=1, changed_at=1, **fields)  # fmt: skip
        file = imports.add(tx, row)
        invoice = invoices.add(tx, StoredInvoice(account.id, 0, 1, "Their", "open", 1, "igor"))
        pattern = patterns.add(tx, account.id, "Theirs", "Their text", 0)
        step = Step(Channel.SMS, SmsText("Their text"), None, For(timedelta(days=1)))
        command = SendMessages((Draft("79169999999", (step,)),), "cli", Group("their-campaign"))
        result = messages.post(tx, OTHER, command, now)[1]
        (sent,), campaign = result.items, result.campaign
        number = sent.id  # type: ignore[union-attr]
        inbox.add(tx, [Letter(account.id, to_ms(now), "79169999999", "79611111111", "", "carrier", "Their text")])
        (letter,) = inbox.newest(tx, account.id, 1)
        return {
            "/cabinet/inbox/": [str(letter.id)],
            "/cabinet/campaigns/": [str(campaign.id)],  # type: ignore[union-attr]
            "/cabinet/messages/": [str(number), str(number + 1)],
            "/cabinet/bases/": [str(base.id)],
            "/cabinet/imports/": [str(file)],
            "/cabinet/invoices/": [str(invoice)],
            "/cabinet/users/": [str(user.id)],
            "pattern": [str(pattern)],
        }

    return await indoors.write(seed)


async def test_a_file_for_a_base_of_theirs(owner: Browser, indoors: Inside, theirs: dict[str, list[str]]) -> None:
    before = await indoors.read(rows)
    (base,) = theirs["/cabinet/bases/"]
    await owner.get("/cabinet/")
    shown = await owner.upload(f"/cabinet/bases/{base}/import", {}, {"file": ("people.csv", b"phone\n79031234567\n")})
    assert shown.status == 404
    assert await indoors.read(rows) == before


async def untold(inside: Inside) -> dict[str, int]:
    """Return the number of rows of every table but the audit log, in which attempts may stand."""
    return {table: number for table, number in (await inside.read(rows)).items() if table != "audit"}


def beginning(path: str) -> str:
    return path.partition("{")[0]


async def test_every_page_with_an_id(owner: Browser, indoors: Inside, theirs: dict[str, list[str]]) -> None:
    before = await indoors.read(rows)
    with_ids = [page for page in CABINET if "{" in page.path]
    assert {beginning(page.path) for page in with_ids} <= theirs.keys(), "seed one of the new kind, too"
    await owner.get("/cabinet/")
    for page in with_ids:
        for number in theirs[beginning(page.path)]:
            path = page.path.replace("{id}", number)
            shown = await (
                owner.post(path, {"phone": "79169999999", "action": "block"}) if page.posts else owner.get(path)
            )
            assert shown.status == 404, (page, path)
    assert await indoors.read(rows) == before


async def test_forms_that_name_something_of_theirs(
    owner: Browser, indoors: Inside, theirs: dict[str, list[str]]
) -> None:
    before = await untold(indoors)
    (pattern,), (base,) = theirs["pattern"], theirs["/cabinet/bases/"]
    await owner.get("/cabinet/")
    compose = {"bases": base, "text": "x", "way": "sms", "lasts": "60", "recipients": ""}
    for path, form in (
        ("/cabinet/patterns/drop", {"id": pattern}),
        ("/cabinet/patterns", {"id": pattern, "name": "Mine", "text": "Mine"}),
        ("/cabinet/api/tokens/revoke", {"name": "theirs"}),
        ("/cabinet/compose", compose | {"action": "send"}),
        ("/cabinet/compose/count", compose),
    ):
        assert (await owner.post(path, form)).status == 404, path
    assert await untold(indoors) == before


async def test_no_page_shows_anything_of_theirs(owner: Browser, theirs: dict[str, list[str]]) -> None:
    assert theirs
    for page in CABINET:
        if page.posts or "{" in page.path or page.path.endswith(".xlsx"):
            continue
        text = (await owner.get(page.path)).text
        assert not any(word in text for word in ("Their", "79169999999", "igor", "Other")), page.path


@pytest.mark.parametrize("page", [page for page in PAGES if page.path.startswith("/desk/")], ids=lambda page: page.path)
async def test_the_desk_is_the_staff_s(owner: Browser, page: object) -> None:
    path = "/".join("1" if piece.startswith("{") else piece for piece in page.path.split("/"))  # type: ignore[attr-defined]
    await owner.get("/cabinet/")
    shown = await (owner.post(path) if page.posts else owner.get(path))  # type: ignore[attr-defined]
    assert shown.status in (403, 404) or (path == "/desk/" and shown.location.startswith("/cabinet/"))
