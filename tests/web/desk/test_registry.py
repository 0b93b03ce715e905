import pytest

from tests.gateway import Inside
from tests.web.browser import Browser, Shown
from tolmach.core.ids import AccountId
from tolmach.core.registry import RegistryState
from tolmach.store import audit, registry
from tolmach.store.registry import Listing

PLACE = "/desk/moderation/registry"


@pytest.fixture
async def entered(indoors: Inside) -> None:
    """Three registrations: one asked for, one approved, one to be deleted."""
    states = {"mts": RegistryState.POSTED, "tele2": RegistryState.APPROVED, "mega": RegistryState.TO_DELETE}
    rows = [
        Listing(AccountId(1), "Tolmach", word, "ООО «Ромашка»", "7701", "<b>soon</b>", state, 1, turn)
        for turn, (word, state) in enumerate(states.items())
    ]
    for row in rows:
        await indoors.write(lambda tx, row=row: registry.put(tx, row))  # type: ignore[misc]


def titles(shown: Shown) -> list[str]:
    return [one.text_content() for one in shown.page.xpath("//main//section//h2")]


async def test_what_is_to_be_done_is_shown_and_written_down(operator: Browser, indoors: Inside, entered: None) -> None:
    shown = await operator.get(PLACE)
    assert titles(shown) == ["Tolmach · МТС", "Tolmach · Мегафон"]
    assert "<b>soon</b>" in shown.said("//main//section[1]")  # as it is, and no markup
    assert shown.page.xpath("//main//section[1]//option[@selected]/@value") == ["send_for_approval"]
    form = {"login": "demo", "sender": "Tolmach", "operator": "mts", "state": "not_approval", "reason": "no letter"}
    shown = await operator.follow(await operator.post(PLACE, {**form, "shown_login": "demo"}))
    assert "The registration is changed." in shown.said()
    assert titles(shown) == ["Tolmach · Мегафон"]
    shown = await operator.get(f"{PLACE}?state=not_approval&login=demo")
    assert titles(shown) == ["Tolmach · МТС"]
    assert "operator" in shown.said("//main//section[1]")
    assert "no letter" in shown.said("//main//section[1]//dl")
    (change, *_) = await indoors.read(lambda tx: audit.of_account(tx, AccountId(1), 0, 1))
    assert change.action == "DecideRegistration"
    assert change.detail == "login=demo sender=Tolmach operator=mts state=not_approval reason=no letter"


async def test_every_state_or_one(operator: Browser, entered: None) -> None:
    assert len(titles(await operator.get(f"{PLACE}?state=any"))) == 3
    assert titles(await operator.get(f"{PLACE}?state=approval")) == ["Tolmach · Теле2"]
    assert "None is in this state." in (await operator.get(f"{PLACE}?state=delete")).said()


async def test_what_cannot_be_is_told(operator: Browser, entered: None) -> None:
    shown = await operator.get(f"{PLACE}?login=nobody")
    assert shown.status == 404
    assert "nobody" in shown.said("//*[@role='alert']")
    for change in ({"operator": "motiv"}, {"state": "perhaps"}, {"login": "nobody"}):
        form = {"login": "demo", "sender": "Tolmach", "operator": "mts", "state": "approval", **change}
        assert "It was not done" in (await operator.follow(await operator.post(PLACE, form))).said()
