import re

from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services import people, secondfactor


def now_code(inside: Inside, secret: str) -> str:
    return secondfactor.code(secret, secondfactor.step_at(inside.gateway.clock.now()))


async def test_another_password_signs_out_everywhere_else(owner: Browser, indoors: Inside) -> None:
    other = Browser(indoors)
    await other.sign_in()
    await owner.get("/profile")
    sent = await owner.post("/profile/password", {"old": "demo", "new": "a longer one", "again": "a longer one"})
    shown = await owner.follow(sent)
    assert "The password is changed" in shown.said("//*[@role='status']")
    assert "The password is changed" not in (await owner.get("/profile")).text  # said once
    assert (await other.get("/cabinet/")).location == "/sign-in"
    fresh = Browser(indoors)
    assert (await fresh.sign_in(password="a longer one")).status == 200


async def test_what_is_wrong_with_a_password_is_said(owner: Browser) -> None:
    await owner.get("/profile")
    for form, field, words in (
        ({"old": "nope", "new": "a longer one", "again": "a longer one"}, "old", "The password is wrong."),
        ({"old": "demo", "new": "short", "again": "short"}, "new", "Take at least 8 characters"),
        ({"old": "demo", "new": " padded with ", "again": " padded with "}, "new", "Take at least 8 characters"),
        ({"old": "demo", "new": "a longer one", "again": "a longer 1"}, "again", "The two passwords differ."),
    ):
        shown = await owner.post("/profile/password", form)
        assert shown.status == 422
        assert words in shown.said(f"//*[@id='{field}-errors']")


async def test_the_second_factor_on_and_off(owner: Browser, indoors: Inside) -> None:
    shown = await owner.get("/profile/second-factor")
    (secret,) = shown.page.xpath("//input[@name='secret']/@value")
    assert shown.page.xpath("//*[@role='img']/*[local-name()='svg']")
    wrong = await owner.post("/profile/second-factor", {"secret": secret, "code": "12"})
    assert "The code is wrong." in wrong.said("//*[@id='code-errors']")
    done = await owner.post("/profile/second-factor", {"secret": secret, "code": now_code(indoors, secret)})
    codes = done.page.xpath("//ul[@class='codes']//code/text()")
    assert len(codes) == secondfactor.RECOVERY_CODES == len(set(codes))
    assert "10 recovery codes are left." in (await owner.get("/profile")).text
    assert (await indoors.read(lambda tx: people.find(tx, "demo"))).totp_secret == secret
    assert (await owner.post("/profile/second-factor/off", {"password": "wrong"})).status == 422
    shown = await owner.follow(await owner.post("/profile/second-factor/off", {"password": "demo"}))
    assert "The second factor is off." in shown.said()
    assert not (await indoors.read(lambda tx: people.find(tx, "demo"))).has_totp


async def test_a_secret_of_one_s_own_is_not_taken(owner: Browser) -> None:
    await owner.get("/profile/second-factor")
    assert (await owner.post("/profile/second-factor", {"secret": "A", "code": "000000"})).status == 303


async def test_sessions_are_listed_and_ended(owner: Browser, indoors: Inside) -> None:
    other = Browser(indoors, remote="198.51.100.9")
    await other.sign_in()
    shown = await owner.get("/profile")
    assert "198.51.100.9" in shown.text
    (number,) = [int(one) for one in shown.page.xpath("//button[@name='session']/@value") if one != "0"]
    assert (await owner.post("/profile/sessions", {"session": number})).status == 303
    assert (await other.get("/cabinet/")).location == "/sign-in"
    assert (await owner.post("/profile/sessions", {"session": number})).status == 404
    await other.sign_in()
    assert (await owner.post("/profile/sessions", {"session": 0})).status == 303
    assert (await other.get("/cabinet/")).location == "/sign-in"
    assert (await owner.get("/cabinet/")).status == 200


async def test_a_session_of_somebody_else_is_not_found(owner: Browser, operator: Browser) -> None:
    shown = await operator.get("/profile")
    assert shown.status == 200
    for number in ("1", "x", "-1", "9" * 30):
        assert (await operator.post("/profile/sessions", {"session": number})).status == 404
    assert (await owner.get("/cabinet/")).status == 200


async def test_times_are_those_of_the_account(owner: Browser) -> None:
    shown = await owner.get("/profile")
    assert re.search(r"since 2 Mar 2026, 15:00", shown.said())  # noon UTC is three in Moscow
