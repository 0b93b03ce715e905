from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.moderation import Verdict
from tolmach.core.registry import OPERATORS, RegistryState
from tolmach.services import accounts, files, registry, senders
from tolmach.services.accounts import Changes
from tolmach.services.registry import Standing
from tolmach.store import registry as rows
from tolmach.store.database import Tx
from tolmach.store.registry import Listing
from tolmach.web.cabinet.senders import AT_OPERATORS

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FORM = {"name": "MyShop", "counterparty": "Shop LLC", "inn": "7707083893", "template": "Your order", "comment": ""}


async def test_a_sender_is_asked_for_with_its_documents(owner: Browser) -> None:
    await owner.get("/cabinet/senders")
    shown = await owner.follow(await owner.upload("/cabinet/senders", FORM, {"files": ("charter.pdf", PDF)}))
    assert "The sender waits for a decision of the operator." in shown.said()
    assert "MyShop waits for a decision" in shown.said("//main//ul")
    assert "Tolmach default may be used" in shown.said("//main//ul")


async def test_what_a_moderator_said_of_a_document(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/senders")
    shown = await owner.follow(await owner.upload("/cabinet/senders", FORM, {"files": ("charter.pdf", PDF)}))
    assert "not looked at yet" in shown.said("//section[@aria-labelledby='files-title']//li")
    verdict, now = Verdict(approved=False, by="ann", reason="no stamp"), indoors.gateway.clock.now()
    await indoors.write(lambda tx: files.decide(tx, 1, verdict, now))
    said = (await owner.get("/cabinet/senders")).said("//section[@aria-labelledby='files-title']//li")
    assert said.startswith("charter.pdf 2 Mar 2026")
    assert said.endswith("rejected Reason: no stamp")


async def test_what_is_not_taken(owner: Browser) -> None:
    await owner.get("/cabinet/senders")
    shown = await owner.upload("/cabinet/senders", FORM | {"name": "Магазин"}, {})
    assert "At most 11 Latin letters" in shown.said("//*[@id='name-errors']")
    shown = await owner.upload("/cabinet/senders", FORM, {"files": ("virus.exe", b"MZ\x90\x00" + b"\0" * 60)})
    assert (shown.status, "This file is not taken" in shown.said()) == (422, True)


async def test_at_which_operators_a_sender_is_registered(owner: Browser, indoors: Inside) -> None:
    states = dict(zip(OPERATORS, (RegistryState.APPROVED, RegistryState.SENT, RegistryState.REFUSED), strict=False))

    def seed(tx: Tx) -> None:
        now = indoors.gateway.clock.now()
        accounts.add(tx, "other", "x", Changes(), now)
        senders.add(tx, "other", "Secret", now, approved=True)
        for login, sender in (("demo", "Tolmach"), ("other", "Secret")):
            account = accounts.find(tx, login).id
            for word, state in states.items():
                rows.put(tx, Listing(account, sender, word, "", "", "", RegistryState.POSTED, 0, 0))
                registry.decide(tx, login, sender, word, Standing(state.value, "ann", "no letter"), now)

    await indoors.write(seed)
    shown = await owner.get("/cabinet/senders")
    said = shown.said("//ul[@class='registrations']")
    assert said == (
        "МТС 2 Mar 2026 registered Мегафон 2 Mar 2026 being considered Теле2 2 Mar 2026 refused Reason: no letter"
    )
    assert "Secret" not in shown.said()
    assert shown.page.xpath("//main//ul//form | //main//ul//button") == []


def test_every_state_of_a_registration_has_its_words() -> None:
    assert list(AT_OPERATORS) == list(RegistryState)


async def test_operators_are_asked_for_and_why_it_was_rejected_is_told(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/senders")
    await owner.upload("/cabinet/senders", FORM | {"operators": "beeline"}, {})
    verdict = Verdict(approved=False, by="ann", reason="the letter is not signed")
    await indoors.write(lambda tx: senders.decide(tx, "demo", "MyShop", verdict, indoors.gateway.clock.now()))
    said = (await owner.get("/cabinet/senders")).said("//li[contains(., 'MyShop')]")
    assert said.startswith("MyShop rejected Reason: the letter is not signed Билайн")
    assert said.endswith("not handed over yet")
    assert (await owner.upload("/cabinet/senders", FORM | {"operators": "nokia"}, {})).status == 422
