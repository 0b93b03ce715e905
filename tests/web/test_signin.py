from datetime import timedelta

import pytest

from tests.clock import FakeClock
from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services import people, secondfactor
from tolmach.store import audit, users


def clock(inside: Inside) -> FakeClock:
    found = inside.gateway.clock.clock
    assert isinstance(found, FakeClock)
    return found


async def with_second_factor(inside: Inside) -> str:
    secret = secondfactor.make_secret()

    def change(tx: object) -> None:
        user = people.find(tx, "demo")  # type: ignore[arg-type]
        users.change(tx, user.id, {"totp_secret": secret})  # type: ignore[arg-type]
        users.put_codes(tx, user.id, [secondfactor.recovery_digest("abcde-fghjk")])  # type: ignore[arg-type]

    await inside.write(change)
    return secret


def code(inside: Inside, secret: str) -> str:
    return secondfactor.code(secret, secondfactor.step_at(inside.gateway.clock.now()))


async def test_whoever_is_not_signed_in_signs_in_and_goes_on_where_he_wanted_to(browser: Browser) -> None:
    sent = await browser.get("/profile")
    assert (sent.status, sent.location) == (303, "/sign-in")
    shown = await browser.sign_in()
    assert shown.said("//h1") == "Profile and security"


async def test_the_way_in(browser: Browser) -> None:
    shown = await browser.sign_in()
    assert shown.said("//h1") == "Overview"
    assert (await browser.get("/sign-in")).location == "/cabinet/"


async def test_the_staff_comes_to_the_desk(operator: Browser) -> None:
    assert (await operator.get("/sign-in")).location == "/desk/"
    assert (await operator.get("/cabinet/")).status == 403


async def test_another_site_is_never_gone_on_to(browser: Browser) -> None:
    browser.cookies["next"] = "//elsewhere.example/"
    assert (await browser.sign_in()).said("//h1") == "Overview"


@pytest.mark.parametrize(("login", "password"), [("demo", "wrong"), ("nobody", "demo"), ("Demo", "demo")])
async def test_a_wrong_login_and_a_wrong_password_are_told_alike(browser: Browser, login: str, password: str) -> None:
    await browser.get("/sign-in")
    shown = await browser.post("/sign-in", {"login": login, "password": password})
    assert shown.status == 422
    assert shown.said("//*[@role='alert']") == "Login or password is wrong."
    assert "tolmach_session" not in browser.cookies


async def test_what_is_missing_is_said_at_its_field(browser: Browser) -> None:
    await browser.get("/sign-in")
    shown = await browser.post("/sign-in", {"login": "demo", "password": ""})
    assert shown.said("//*[@id='password-errors']") == "Write your password."
    (field,) = shown.page.xpath("//input[@id='password']")
    assert (field.get("aria-invalid"), field.get("aria-describedby").strip()) == ("true", "password-errors")


async def test_five_wrong_passwords_lock_the_login_for_a_minute(browser: Browser, indoors: Inside) -> None:
    await browser.get("/sign-in")
    for _ in range(5):
        await browser.post("/sign-in", {"login": "demo", "password": "wrong"})
    shown = await browser.post("/sign-in", {"login": "demo", "password": "demo"})
    assert shown.said("//*[@role='alert']").startswith("Too many wrong attempts.")
    clock(indoors).advance(timedelta(minutes=1))
    assert (await browser.sign_in()).status == 200


async def test_cookies_are_closed_to_scripts_and_other_sites(browser: Browser) -> None:
    await browser.get("/sign-in")
    shown = await browser.post("/sign-in", {"login": "demo", "password": "demo"})
    (cookie,) = [one for one in shown.cookies if one.startswith("tolmach_session=")]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


async def test_over_tls_they_are_for_this_host_and_tls_alone(browser: Browser) -> None:
    browser.scheme = "https"
    assert (await browser.sign_in()).status == 200
    assert "__Host-tolmach_session" in browser.cookies
    assert "tolmach_session" not in browser.cookies


async def test_a_code_is_asked_for_after_the_password(browser: Browser, indoors: Inside) -> None:
    secret = await with_second_factor(indoors)
    await browser.get("/sign-in")
    asked = await browser.post("/sign-in", {"login": "demo", "password": "demo"})
    assert asked.location == "/sign-in/code"
    assert (await browser.get("/cabinet/")).location == "/sign-in"  # not before the code
    await browser.get("/sign-in/code")
    wrong = await browser.post("/sign-in/code", {"code": "000000"})
    assert "The code is wrong." in wrong.said()
    done = await browser.post("/sign-in/code", {"code": code(indoors, secret)})
    assert (await browser.follow(done)).said("//h1") == "Overview"


async def test_a_code_is_good_once_and_a_recovery_code_too(indoors: Inside) -> None:
    secret = await with_second_factor(indoors)
    statuses = []
    for shown in (code(indoors, secret), code(indoors, secret), "ABCDE FGHJK", "abcde-fghjk"):
        browser = Browser(indoors)
        await browser.get("/sign-in")
        await browser.post("/sign-in", {"login": "demo", "password": "demo"})
        await browser.get("/sign-in/code")
        statuses.append((await browser.post("/sign-in/code", {"code": shown})).status)
    assert statuses == [303, 422, 303, 422]


async def test_the_second_step_ends_after_ten_minutes(browser: Browser, indoors: Inside) -> None:
    secret = await with_second_factor(indoors)
    await browser.get("/sign-in")
    await browser.post("/sign-in", {"login": "demo", "password": "demo"})
    await browser.get("/sign-in/code")
    clock(indoors).advance(timedelta(minutes=10))
    shown = await browser.post("/sign-in/code", {"code": code(indoors, secret)})
    assert "It took too long." in shown.said()
    assert (await browser.get("/sign-in/code")).location == "/sign-in"


async def test_signing_out_ends_the_session_and_not_only_the_cookie(owner: Browser) -> None:
    kept = owner.cookies["tolmach_session"]
    assert (await owner.post("/sign-out")).location == "/sign-in"
    owner.cookies["tolmach_session"] = kept
    assert (await owner.get("/cabinet/")).location == "/sign-in"


async def test_who_signed_in_stands_in_the_audit_log(owner: Browser, indoors: Inside) -> None:
    (entry,) = await indoors.read(lambda tx: audit.everything(tx, 0, 10))
    assert (entry.login, entry.action, entry.remote) == ("demo", "SignIn", "192.0.2.7")
