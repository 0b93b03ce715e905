import re

import pytest

from tests.gateway import Inside
from tests.web.browser import Browser, Shown
from tests.web.desk.conftest import Staff
from tolmach.core.users import Role
from tolmach.services import accounts, passwords
from tolmach.store import audit

NEW = {
    "login": "shop",
    "password": "long enough",
    "tariff": "demo",
    "time_zone": "Asia/Omsk",
    "currency": "RUB",
    "moderation": "all",
}
CHANGE = {
    "tariff": "demo",
    "credit": "50",
    "time_zone": "UTC",
    "moderation": "pattern",
    "traffic": "otp",
    "uncertain": "hold",
    "request_rate": "50",
}


async def test_an_account_is_added_and_found(operator: Browser, indoors: Inside) -> None:
    shown = await operator.get("/desk/new-account")
    assert len(shown.page.xpath("//input[@name='password']/@value")[0]) == 16  # made up
    shown = await operator.follow(await operator.post("/desk/accounts", NEW))
    assert (shown.said("//h1"), "The account is added." in shown.said()) == ("shop", True)
    one = await indoors.read(lambda tx: accounts.overview(tx, "shop"))
    assert (one.tariff, one.account.time_zone, one.account.moderation) == ("demo", "Asia/Omsk", "all")
    assert passwords.matches(one.account.password_hash, "long enough")
    found = await operator.get("/desk/accounts?search=SHO")
    assert found.page.xpath("//tbody//td[1]/a/text()") == ["shop"]
    assert "No account is called so" in (await operator.get("/desk/accounts?search=nobody")).said()


async def test_a_form_that_is_wrong_is_shown_again_with_what_is_wrong(operator: Browser) -> None:
    await operator.get("/desk/new-account")
    shown = await operator.post("/desk/accounts", NEW | {"password": "short", "time_zone": ""})
    assert shown.status == 422
    assert {"At least 8 characters.", "Write a time zone."} <= {
        text.strip() for text in shown.page.xpath("//*[contains(@class, 'invalid-feedback')]/text()")
    }
    shown = await operator.post("/desk/accounts", NEW | {"login": "demo"})
    assert (shown.status, "there is an account 'demo' already" in shown.said()) == (422, True)
    assert shown.page.xpath("//input[@name='time_zone']/@value") == ["Asia/Omsk"]


def shown_pace(shown: Shown) -> list[str]:
    fields = (shown.page.xpath(f"string(//input[@name='{kind}_rate']/@value)") for kind in ("request", "message"))
    return [str(value) for value in fields]


async def test_what_an_account_is_may_be_changed(operator: Browser, indoors: Inside) -> None:
    shown = await operator.get("/desk/accounts/demo")
    assert shown.said("//*[@id='available']") == "1,000.00 ₽"
    given = [*CHANGE.items(), ("dialects", "smspager"), ("networks", "10.0.0.0/8\n192.0.2.7"), ("any_sender", "y")]
    assert (await operator.post("/desk/accounts/demo", given)).status == 303
    account = (await indoors.read(lambda tx: accounts.overview(tx, "demo"))).account
    assert (account.credit, account.time_zone, account.traffic.value) == (500_000, "UTC", "otp")
    assert (account.dialects, account.any_sender, account.deduplicates) == (("smspager",), True, False)
    assert [str(one) for one in account.networks] == ["10.0.0.0/8", "192.0.2.7/32"]
    assert (account.default_sender, account.uncertain.value, account.pace) == (None, "hold", (50, None))
    assert shown_pace(await operator.get("/desk/accounts/demo")) == ["50", ""]
    bad = {"credit": ("much", "Write an amount"), "time_zone": ("Moon", "'Moon' is not known")}
    bad |= {"message_rate": ("1.5", "Write a whole number, or nothing.")}
    for wrong, said in (({name: value}, said) for name, (value, said) in bad.items()):
        shown = await operator.post("/desk/accounts/demo", CHANGE | wrong)
        assert (shown.status, said in shown.said()) == (422, True)
    assert (await operator.get("/desk/accounts/nobody")).status == 404


@pytest.mark.parametrize("name", ["request_rate", "message_rate"])
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1.5", "Write a whole number, or nothing."),
        ("-1", "Write a whole number, or nothing."),
        ("many", "Write a whole number, or nothing."),
        ("1000000", "Write 999999 or less."),
    ],
)
async def test_a_field_with_a_wrong_rate_is_marked(operator: Browser, name: str, written: str, said: str) -> None:
    await operator.get("/desk/accounts/demo")
    shown = await operator.post("/desk/accounts/demo", CHANGE | {name: written})
    assert shown.status == 422
    assert shown.page.xpath("//*[@aria-invalid='true']/@name") == [name]
    assert shown.page.xpath(f"//input[@name='{name}']/@value") == [written]
    assert said in shown.said(f"//*[@id='{name}-errors']")
    assert shown.page.xpath("//*[contains(@class, 'alert-danger')]") == []


async def test_money_is_added(operator: Browser, staff: Staff) -> None:
    cashier = await staff(Role.FINANCE)
    await cashier.get("/desk/accounts/demo")
    shown = await cashier.follow(
        await cashier.post("/desk/accounts/demo/pay", {"amount": "99,50", "note": "invoice 17"})
    )
    assert shown.said("//*[@id='available']") == "1,099.50 ₽"
    for amount, correction, status in (("-5", "", 422), ("x", "y", 422), ("-99.50", "y", 303)):
        given = {"amount": amount, **({"correction": correction} if correction else {})}
        assert (await cashier.post("/desk/accounts/demo/pay", given)).status == status
    assert (await operator.get("/desk/accounts/demo")).said("//*[@id='available']") == "1,000.00 ₽"


async def test_an_account_is_blocked_and_let_in_again(operator: Browser) -> None:
    await operator.get("/desk/accounts/demo")
    shown = await operator.follow(await operator.post("/desk/accounts/demo/block", {"blocked": "yes"}))
    assert shown.said("//*[@id='state']") == "Blocked"
    shown = await operator.follow(await operator.post("/desk/accounts/demo/block", {"blocked": "no"}))
    assert shown.said("//*[@id='state']") == "Open"


async def test_a_new_password_is_shown_once_and_stands_in_no_log(operator: Browser, indoors: Inside) -> None:
    await operator.get("/desk/accounts/demo")
    shown = await operator.post("/desk/accounts/demo/password")
    password = shown.said("//*[@id='new-password']")
    one = await indoors.read(lambda tx: accounts.overview(tx, "demo"))
    assert passwords.matches(one.account.password_hash, password)
    assert all(password not in row.detail for row in await indoors.read(lambda tx: audit.everything(tx, 0, 99)))


async def test_the_staff_looks_into_a_cabinet_and_comes_back(operator: Browser) -> None:
    await operator.get("/desk/accounts/demo")
    shown = await operator.follow(await operator.post("/desk/accounts/demo/enter"))
    assert "You are in the cabinet of demo" in shown.said()
    assert re.search(r"1,000.00", shown.said())
    shown = await operator.follow(await operator.post("/desk/leave"))
    assert shown.said("//h1") == "demo"
    assert "You are in the cabinet" not in shown.said()
