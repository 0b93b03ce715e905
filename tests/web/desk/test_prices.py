from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services import tariffs

LIST = b"direction,prefixes,channel,price\n\xd0\xa0\xd0\xbe\xd1\x81\xd1\x81\xd0\xb8\xd1\x8f,79,sms,1.25\n"


async def test_a_file_replaces_the_prices_of_a_tariff(operator: Browser, indoors: Inside) -> None:
    await operator.get("/desk/tariffs")
    shown = await operator.upload("/desk/tariffs", {"name": "new"}, {"file": ("prices.csv", LIST)})
    assert shown.status == 303
    assert [name for name, _ in await indoors.read(tariffs.names)] == ["demo", "new"]
    shown = await operator.get("/desk/tariffs/new")
    assert "SMS 1.25" in shown.said("//tbody")
    assert (await operator.get("/desk/tariffs/nothing")).status == 404


async def test_every_bad_row_is_named(operator: Browser) -> None:
    await operator.get("/desk/tariffs")
    shown = await operator.upload("/desk/tariffs", {"name": "new"}, {"file": ("prices.csv", LIST + b"x,1,fax,1\n")})
    assert (shown.status, "line 3: " in shown.said("//*[@role='alert']")) == (422, True)
    assert shown.page.xpath("//input[@id='name']/@value") == ["new"]
    operator.language = "ru"
    shown = await operator.upload("/desk/tariffs", {"name": "new"}, {"file": ("prices.csv", LIST + b"x,1,sms,a\n")})
    assert "строка 3: цена 'a' — не сумма" in shown.said("//*[@role='alert']")
    for fields, files in (({"name": ""}, {"file": ("a.csv", LIST)}), ({"name": "new"}, {})):
        assert (await operator.upload("/desk/tariffs", fields, files)).status == 422


async def test_directions_are_closed_and_opened(operator: Browser) -> None:
    await operator.get("/desk/tariffs")
    shown = await operator.follow(await operator.post("/desk/directions", {"direction": "Украина", "open": "no"}))
    assert "Closed to all" in shown.said("//tr[td='Украина']")
    shown = await operator.follow(await operator.post("/desk/directions", {"direction": "Украина", "open": "yes"}))
    assert "Closed to all" not in shown.said("//tr[td='Украина']")


async def test_a_tariff_is_saved_as_the_file_that_makes_it(operator: Browser, indoors: Inside) -> None:
    await operator.get("/desk/tariffs")
    await operator.upload("/desk/tariffs", {"name": "new"}, {"file": ("prices.csv", LIST)})
    saved = await operator.get("/desk/tariffs/new/csv")
    assert saved.body.decode("utf-8-sig") == LIST.decode().replace("\n", "\r\n")
    assert saved.headers["content-disposition"] == 'attachment; filename="prices.csv"'
    whole = await operator.get("/desk/tariffs/demo/csv")
    await operator.upload("/desk/tariffs", {"name": "again"}, {"file": ("prices.csv", whole.body)})
    demo, again = [await indoors.read(lambda tx, name=name: tariffs.show(tx, name)) for name in ("demo", "again")]  # type: ignore[misc]
    assert demo == again
