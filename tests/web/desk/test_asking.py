from tests.web.browser import Browser


async def test_what_was_not_done_is_said_once(operator: Browser) -> None:
    await operator.get("/desk/links")
    shown = await operator.follow(await operator.post("/desk/links/nothing", {"resume": "no", "back": "list"}))
    assert "It was not done: there is no link 'nothing'" in shown.said()
    assert "It was not done" not in (await operator.get("/desk/links")).said()


async def test_and_so_is_what_was_done(operator: Browser) -> None:
    await operator.get("/desk/stops")
    shown = await operator.follow(await operator.post("/desk/stops", {"numbers": "8 903 123-45-67, 79161234567"}))
    assert "New on the list: 2" in shown.said()
    assert "New on the list" not in (await operator.get("/desk/stops")).said()


async def test_what_is_in_the_way_is_said_in_russian(operator: Browser) -> None:
    operator.language = "ru"
    shown = await operator.follow(await operator.post("/desk/links/nothing", {"resume": "no", "back": "list"}))
    assert "не найдено: подключение 'nothing'" in shown.said()
