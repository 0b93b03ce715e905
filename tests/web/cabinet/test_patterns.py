from tests.web.browser import Browser


async def test_a_template_s_life(owner: Browser) -> None:
    await owner.get("/cabinet/patterns")
    form = {"name": "Hello", "text": "Hello,\r\n#name#!"}
    shown = await owner.follow(await owner.post("/cabinet/patterns", form))
    (number,) = shown.page.xpath("//input[@name='id']/@value")
    assert shown.page.xpath("//details//textarea")[0].text == "Hello,\n#name#!"
    shown = await owner.follow(await owner.post("/cabinet/patterns", form | {"id": number, "name": "Hi"}))
    assert shown.said("//summary//span[1]") == "Hi"
    assert "#name#" in (await owner.get("/cabinet/compose")).page.xpath("//select[@id='pattern']/option[2]/@value")[0]
    shown = await owner.follow(await owner.post("/cabinet/patterns/drop", {"id": number}))
    assert "No templates" in shown.said()


async def test_one_that_is_not_there(owner: Browser) -> None:
    await owner.get("/cabinet/patterns")
    for number in ("99", "x"):
        assert (await owner.post("/cabinet/patterns/drop", {"id": number})).status == 404
        assert (await owner.post("/cabinet/patterns", {"id": number, "name": "a", "text": "b"})).status == 404
