from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services import people

FORM = {"login": "anna", "password": "a long password", "role": "sender"}


async def added(owner: Browser, inside: Inside) -> str:
    await owner.get("/cabinet/users")
    shown = await owner.follow(await owner.post("/cabinet/users", FORM))
    assert "anna can sign in now." in shown.said()
    return f"/cabinet/users/{(await inside.read(lambda tx: people.find(tx, 'anna'))).id}"


async def test_somebody_new_signs_in(owner: Browser, indoors: Inside) -> None:
    await added(owner, indoors)
    anna = Browser(indoors)
    shown = await anna.sign_in("anna", "a long password")
    assert "demo · Sender" in shown.said("//aside")
    assert (await anna.get("/cabinet/users")).status == 403
    assert "/cabinet/users" not in shown.page.xpath("//nav//a/@href")


async def test_what_is_wrong_is_said(owner: Browser) -> None:
    await owner.get("/cabinet/users")
    for changes, field, words in (
        ({"login": "demo"}, "login", "Somebody has this login already."),
        ({"login": "a b"}, "login", "1 to 64 Latin letters"),
        ({"password": "short"}, "password", "Take at least 8 characters"),
    ):
        shown = await owner.post("/cabinet/users", FORM | changes)
        assert words in shown.said(f"//*[@id='{field}-errors']")


async def test_changes(owner: Browser, indoors: Inside) -> None:
    where = await added(owner, indoors)
    await owner.get(where)
    for form, blocked, role in (
        ({"action": "save", "role": "viewer"}, False, "viewer"),
        ({"action": "block"}, True, "viewer"),
        ({"action": "unblock"}, False, "viewer"),
        ({"action": "reset"}, False, "viewer"),
    ):
        assert (await owner.post(where, form)).status == 303
        user = await indoors.read(lambda tx: people.find(tx, "anna"))
        assert (user.blocked, user.role) == (blocked, role)
    assert (await owner.post(where, {"action": "dance"})).status == 404


async def test_nobody_takes_his_own_role_away(owner: Browser, indoors: Inside) -> None:
    me = f"/cabinet/users/{(await indoors.read(lambda tx: people.find(tx, 'demo'))).id}"
    await owner.get(me)
    for form in ({"action": "block"}, {"action": "save", "role": "viewer"}):
        assert "You cannot block yourself" in (await owner.post(me, form)).said()


async def test_the_staff_is_not_there(owner: Browser, indoors: Inside) -> None:
    number = (await indoors.read(lambda tx: people.find(tx, "operator"))).id
    await owner.get("/cabinet/users")
    assert (await owner.get(f"/cabinet/users/{number}")).status == 404
    assert (await owner.post(f"/cabinet/users/{number}", {"action": "block"})).status == 404


async def test_the_log(owner: Browser, indoors: Inside) -> None:
    await added(owner, indoors)
    shown = await owner.get("/cabinet/changes")
    assert "user added login: anna; role: Sender" in shown.said("//tbody/tr[1]")
    assert "a long password" not in shown.text
