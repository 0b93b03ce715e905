from aiohttp import web

from tests.gateway import Inside
from tests.receiver import ids, receiving
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


async def test_from_where_programs_may_come(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/api")
    assert (await owner.post("/cabinet/api/networks", {"networks": "203.0.113.7\r\n198.51.100.0/24"})).status == 303
    shown = await owner.get("/cabinet/api")
    assert shown.page.xpath("string(//textarea[@name='networks'])").split() == ["203.0.113.7", "198.51.100.0/24"]
    refused = await owner.post("/cabinet/api/networks", {"networks": "203.0.113.8 here"})
    assert refused.status == 422
    assert "This is no address and no network: here" in refused.said()
    found = await indoors.read(lambda tx: accounts.find(tx, "demo"))
    assert [str(one) for one in found.networks] == ["203.0.113.7/32", "198.51.100.0/24"]
    assert (await owner.post("/cabinet/api/networks", {"networks": ""})).status == 303
    assert (await indoors.read(lambda tx: accounts.find(tx, "demo"))).networks == ()


async def test_the_callback_address_is_tried(owner: Browser) -> None:
    await owner.get("/cabinet/api")
    assert "Save an address first." in (await owner.post("/cabinet/api/callback/try", {})).said()
    async with receiving() as receiver:
        await owner.post("/cabinet/api/callback", {"url": receiver.url})
        await owner.get("/cabinet/api")
        assert "has confirmed the status" in (await owner.post("/cabinet/api/callback/try", {})).said()
        assert ids(receiver.bodies[0]) == ["1"]

        async def nothing(_body: str) -> web.StreamResponse:
            return web.Response(text="<b>ok</b>")

        receiver.answer = nothing
        shown = (await owner.post("/cabinet/api/callback/try", {})).said()
        assert "did not name the id" in shown
        assert "<b>ok</b>" in shown
    assert (
        "There was no answer: cannot connect: Connection refused"
        in (await owner.post("/cabinet/api/callback/try", {})).said()
    )
