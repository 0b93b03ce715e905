import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tests.web.desk.test_traffic import HOUR
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.core.ids import AccountId
from tolmach.core.moments import to_ms
from tolmach.services import accounts, moderation, senders
from tolmach.services.acceptance import Order, accept
from tolmach.services.access import Principal
from tolmach.services.accounts import Changes
from tolmach.store import files, patterns
from tolmach.store.files import StoredFile


async def wait_for_moderator(indoors: Inside, text: str) -> None:
    """Have a text wait."""
    await indoors.write(lambda tx: accounts.change(tx, "demo", Changes(moderation="all")))
    command = SendMessages([Draft("79161234500", (Step(Channel.SMS, SmsText(text), None, For(HOUR)),))], "prontosms")
    now, catalogue = indoors.gateway.clock.now(), indoors.gateway.catalogue
    account = (await indoors.read(lambda tx: accounts.overview(tx, "demo"))).account
    asker = Principal(account.id, account.password_hash, "192.0.2.1", open_to_blocked=False, digest=b"")
    await indoors.write(lambda tx: accept(tx, catalogue, [Order(asker, command)], now))


async def test_texts_are_decided_on(operator: Browser, indoors: Inside) -> None:
    await wait_for_moderator(indoors, "<b>Look</b> at me")
    shown = await operator.get("/desk/moderation")
    assert shown.said("//*[@class='case-text']") == "<b>Look</b> at me"  # as it is, and no markup
    assert len(shown.page.xpath("//section[@data-case]//button[@data-approve or @data-reject]")) == 2
    assert "every text of this account is looked at" in shown.said("//section[@data-case]")
    (number,) = shown.page.xpath("//input[@name='id']/@value")
    form = {"id": number, "decision": "reject", "reason": "no"}
    shown = await operator.follow(await operator.post("/desk/moderation/text", form))
    assert "Rejected." in shown.said()
    assert "Nothing waits" in shown.said()
    (text,) = await indoors.read(lambda tx: moderation.listing(tx, decided=True))
    assert (text.moderation.decided_by, text.moderation.reason) == ("operator", "no")
    again = await operator.follow(await operator.post("/desk/moderation/text", form))
    assert "has been rejected already by operator" in again.said()
    shown = await operator.get("/desk/moderation/decided")
    assert "no" in shown.said("//tbody/tr[1]")


async def test_a_decision_is_taken_back_with_a_reason(operator: Browser, indoors: Inside) -> None:
    now = indoors.gateway.clock.now()
    await indoors.write(lambda tx: senders.add(tx, "demo", "NewShop", now))
    await operator.get("/desk/moderation")
    await operator.post("/desk/moderation/sender", {"login": "demo", "name": "NewShop", "decision": "approve"})
    shown = await operator.get("/desk/moderation/decided")
    assert shown.page.xpath("//tr[td='NewShop']//button/@data-ask")
    form = {"login": "demo", "name": "NewShop", "revise": "1", "decision": "reject", "reason": "forged papers"}
    shown = await operator.follow(await operator.post("/desk/moderation/sender", form))
    assert "forged papers" in shown.said("//tr[td='NewShop']")
    assert not shown.page.xpath("//tr[td='NewShop']//button/@data-ask")


async def test_senders_and_patterns_are_decided_on(operator: Browser, indoors: Inside) -> None:
    now = indoors.gateway.clock.now()
    await indoors.write(lambda tx: senders.add(tx, "demo", "NewShop", now))
    await indoors.write(lambda tx: patterns.add(tx, AccountId(1), "code", "Code #code#", to_ms(now)))
    shown = await operator.get("/desk/moderation")
    assert "NewShop" in shown.said()
    assert "Code #code#" in shown.said()
    await operator.post("/desk/moderation/sender", {"login": "demo", "name": "NewShop", "decision": "approve"})
    (number,) = shown.page.xpath("//form[@action='/desk/moderation/pattern']//input[@name='id']/@value")
    await operator.post("/desk/moderation/pattern", {"id": number, "decision": "approve"})
    states = {one.name: one.state for one in await indoors.read(lambda tx: senders.listing(tx, "demo"))}
    assert states["NewShop"] == "completed"
    assert "Nothing waits" in (await operator.get("/desk/moderation")).said()


@pytest.mark.parametrize(("kind", "decision"), [("text", "maybe"), ("nothing", "approve"), ("text", "")])
async def test_decisions_that_make_no_sense(operator: Browser, kind: str, decision: str) -> None:
    await operator.get("/desk/moderation")
    assert (await operator.post(f"/desk/moderation/{kind}", {"id": "1", "decision": decision})).status == 404


async def test_files_are_saved_and_never_shown(operator: Browser, indoors: Inside) -> None:
    stored = indoors.gateway.files.folder.put(b"<html>")
    row = StoredFile(0, AccountId(1), stored, "letter.html", "txt", 6, "digest", 1)
    number = await indoors.write(lambda tx: files.add(tx, row))
    assert "letter.html" in (await operator.get("/desk/moderation/files")).said("//tbody")
    await operator.get("/desk/moderation")
    form = {"id": str(number), "decision": "reject", "reason": "no stamp"}
    shown = await operator.follow(await operator.post("/desk/moderation/file", form))
    assert "Nothing waits" in shown.said()
    for path in ("/desk/moderation/decided", "/desk/moderation/files"):
        assert "no stamp" in (await operator.get(path)).said("//tr[contains(., 'letter.html')]")
    shown = await operator.get(f"/desk/moderation/files/{number}")
    assert shown.body == b"<html>"
    assert shown.headers["content-disposition"] == f'attachment; filename="file-{number}.txt"'
    assert shown.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert (await operator.get("/desk/moderation/files/99")).status == 404


async def test_stop_words(operator: Browser) -> None:
    await operator.get("/desk/moderation/words")
    shown = await operator.follow(await operator.post("/desk/moderation/words", {"words": "казино\nfree money\n"}))
    assert shown.page.xpath("//input[@name='remove']/@value") == ["free money", "казино"]
    shown = await operator.follow(await operator.post("/desk/moderation/words", {"remove": "казино"}))
    assert shown.page.xpath("//input[@name='remove']/@value") == ["free money"]
