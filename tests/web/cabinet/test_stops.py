from tests.web.browser import Browser


async def test_numbers_come_and_go(owner: Browser) -> None:
    await owner.get("/cabinet/stops")
    shown = await owner.follow(await owner.post("/cabinet/stops", {"numbers": "8 903 123-45-67, 79031234568\nx"}))
    assert "On the list: 2 of 3." in shown.said()
    assert "2 numbers are not written to" in shown.said()
    found = await owner.get("/cabinet/stops?search=4568")
    assert found.page.xpath("//li/span/text()") == ["79031234568"]
    shown = await owner.follow(await owner.post("/cabinet/stops/remove", {"number": "79031234567"}))
    assert shown.page.xpath("//li/span/text()") == ["79031234568"]


async def test_an_empty_list(owner: Browser) -> None:
    assert "The list is empty" in (await owner.get("/cabinet/stops")).said()
