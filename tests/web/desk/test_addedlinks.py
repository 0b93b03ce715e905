from tests.web.browser import Browser
from tests.web.desk.conftest import Staff
from tolmach.core.users import Role
from tolmach.store import addedlinks, audit

GATE = 'type = "prontosms"\nurl = "https://gate.example/xml/"\nlogin = "me"\npassword = "secret12"\n'


async def test_a_link_is_added_changed_and_removed(operator: Browser) -> None:
    await operator.get("/desk/added-links")
    shown = await operator.follow(await operator.post("/desk/added-links", {"name": "gate", "definition": GATE}))
    assert "prontosms gate.example" in shown.said()
    shown = await operator.get("/desk/added-links/gate")
    written = shown.page.xpath("//textarea")[0].text
    assert ("secret12" in shown.text, 'login = "me"' in written) == (False, True)
    changed = {"definition": written + "rate = 5.0"}
    await operator.follow(await operator.post("/desk/added-links/gate", changed))
    (stored,) = await operator.inside.read(addedlinks.everything)
    assert ('"password":"secret12"' in stored.definition, '"rate":5.0' in stored.definition) == (True, True)
    shown = await operator.follow(await operator.post("/desk/added-links/gate", {"remove": "yes"}))
    assert "is being removed" in shown.said()
    told = [(one.action, one.detail) for one in await operator.inside.read(lambda tx: audit.everything(tx, 0, 9))][:3]
    assert told == [(action, "name=gate") for action in ("RemoveLink", "ChangeLink", "AddLink")]


async def test_what_is_wrong_is_said_and_stays_in_the_form(operator: Browser) -> None:
    await operator.get("/desk/added-links")
    for definition, said in (
        ("rate =", "no TOML"),
        ('type = "smpp"\nhost = "127.0.0.1"\nsystem_id = "me"', "127.0.0.1 is not the name of a public address"),
        (GATE + "allow_private = true", "allow_private can be said"),
        (GATE + "wrong = 1", "wrong"),
    ):
        shown = await operator.post("/desk/added-links", {"name": "gate", "definition": definition})
        assert (shown.status, said in shown.said(), shown.page.xpath("//textarea")[0].text) == (422, True, definition)
    assert await operator.inside.read(addedlinks.everything) == []


async def test_they_are_for_administrators(staff: Staff) -> None:
    support = await staff(Role.SUPPORT)
    assert (await support.get("/desk/added-links")).status == 403
    assert "/desk/added-links" not in (await support.get("/desk/links")).text
