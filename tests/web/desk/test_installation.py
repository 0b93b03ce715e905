from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services import stoplist
from tolmach.services.configuration import described


async def test_numbers_are_put_on_the_list_of_everybody_found_and_taken_off(operator: Browser, indoors: Inside) -> None:
    await operator.get("/desk/stops")
    await operator.post("/desk/stops", {"numbers": "8 903 123-45-67\n+7 916 123 45 67\n"})
    shown = await operator.get("/desk/stops?prefix=7903")
    assert shown.page.xpath("//tbody//td[1]/text()") == ["+79031234567"]
    shown = await operator.follow(await operator.post("/desk/stops", {"remove": "79031234567"}))
    assert "Taken off the list: 1" in shown.said()
    assert await indoors.read(lambda tx: stoplist.listing(tx, None)) == ["79161234567"]


async def test_numbers_stay_in_the_form_when_one_of_them_is_none(operator: Browser, indoors: Inside) -> None:
    await operator.get("/desk/stops")
    shown = await operator.post("/desk/stops", {"numbers": "+7 916 123 45 67\nhello"})
    assert (shown.status, "hello" in shown.said("//*[@role='alert']")) == (422, True)
    assert shown.page.xpath("//textarea[@id='numbers']/text()") == ["+7 916 123 45 67\nhello"]
    assert await indoors.read(lambda tx: stoplist.listing(tx, None)) == []


async def test_the_numbering_plan(operator: Browser) -> None:
    shown = await operator.get("/desk/numbering?number=8%20903%20123-45-67")
    assert "Nothing is imported" in shown.said()
    assert "+79031234567" in shown.said("//*[@id='known']")
    assert "This is no number" in (await operator.get("/desk/numbering?number=hello")).said()


async def test_the_settings_in_force(operator: Browser, indoors: Inside) -> None:
    shown = await operator.get("/desk/settings")
    names = shown.page.xpath("//tbody//code/text()")
    sections = described(indoors.gateway.settings).sections
    assert names == [one.name for section in sections for one in section.settings]
    assert "changed" in shown.said("//tr[td/code='port']")
    assert "Port to listen on" in shown.said("//tr[td/code='port']")


async def test_the_settings_are_described_in_the_language_of_the_page(operator: Browser) -> None:
    await operator.get("/desk/settings")
    await operator.post("/preferences", {"language": "ru", "back": "/desk/settings"})
    shown = await operator.get("/desk/settings")
    assert "Порт, на котором шлюз принимает запросы" in shown.said("//tr[td/code='port']")
    assert "Кого впускать." in shown.said("//section[.//h2='access']")
    assert shown.page.xpath("//main//*[@lang]") == []
