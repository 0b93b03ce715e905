from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services import accounts


async def test_requests_are_filled_with_the_account_s_data(owner: Browser) -> None:
    shown = await owner.get("/cabinet/api")
    lines = shown.page.xpath("//pre/text()")
    assert len(lines) == 4
    assert all(line.startswith("curl -s http://gateway.example/") for line in lines)
    assert all("demo" in line and "Tolmach" in line and "PASSWORD" in line for line in lines)


async def test_a_token_is_shown_once_and_revoked(owner: Browser) -> None:
    await owner.get("/cabinet/api")
    made = await owner.post("/cabinet/api/tokens", {"name": "crm", "last_day": ""})
    value = made.said("//*[@id='made']")
    assert value.startswith("tolmach_")
    shown = await owner.get("/cabinet/api")
    assert value not in shown.text
    for name, status in (("nothing", 404), ("crm", 303), ("crm", 404)):
        assert (await owner.post("/cabinet/api/tokens/revoke", {"name": name})).status == status


async def test_what_is_wrong_with_a_token(owner: Browser) -> None:
    await owner.get("/cabinet/api")
    for form, words in (
        ({"name": "a b"}, "A name has 1 to 64"),
        ({"name": "a", "last_day": "2020-01-01"}, "It would have expired already."),
        ({"name": "a", "last_day": "soon"}, "It would have expired already."),
    ):
        assert words in (await owner.post("/cabinet/api/tokens", form)).said()


async def test_the_callback_address(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/api")
    assert (await owner.post("/cabinet/api/callback", {"url": "https://shop.example/state"})).status == 303
    found = await indoors.read(lambda tx: accounts.find(tx, "demo"))
    assert found.callback_url == "https://shop.example/state"
    assert "This is no address" in (await owner.post("/cabinet/api/callback", {"url": "shop"})).said()
    assert (await owner.post("/cabinet/api/callback", {"url": ""})).status == 303
    assert (await indoors.read(lambda tx: accounts.find(tx, "demo"))).callback_url is None
