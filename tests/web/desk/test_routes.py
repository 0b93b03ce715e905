import pytest

from tests.web.browser import Browser, Shown
from tolmach.services.installation import Installation, KnownLink


@pytest.fixture
async def operator(operator: Browser) -> Browser:
    """The administrator of a gateway with two links."""
    known = [KnownLink("cheap"), KnownLink("solid")]
    operator.inside.gateway.reception.installation = Installation(lambda: known)
    await operator.get("/desk/routes")
    return operator


def table(shown: Shown) -> list[str]:
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("td")] for row in shown.page.xpath("//tbody/tr")
    ]
    return [" ".join(row) for row in rows]


async def test_routes_are_added_moved_and_removed(operator: Browser) -> None:
    await operator.post(
        "/desk/routes", {"links": "cheap=3, solid", "channel": "sms", "login": "demo", "patience": "60"}
    )
    shown = await operator.follow(
        await operator.post("/desk/routes", {"links": "solid", "traffic": "otp", "patience": ""})
    )
    first, second = table(shown)
    assert first.startswith("1 channel: SMS account: demo cheap=3, solid waits for room 60 s")
    assert second.startswith("2 class: One-time passwords solid waits for room 10 s")
    shown = await operator.follow(await operator.post("/desk/routes/2", {"place": "1"}))
    assert table(shown)[0].startswith("1 class: One-time passwords")
    shown = await operator.follow(await operator.post("/desk/routes/1", {"remove": "1"}))
    assert len(table(shown)) == 1
    shown = await operator.follow(await operator.post("/desk/routes/1", {"remove": "1"}))
    assert "It was not done" in shown.said()


@pytest.mark.parametrize(
    "form", [{"links": "nothing"}, {"links": ""}, {"links": "cheap", "login": "nobody"}, {"links": "cheap=x"}]
)
async def test_what_makes_no_route_is_told(operator: Browser, form: dict[str, str]) -> None:
    shown = await operator.post("/desk/routes", form)
    assert shown.status == 422
    assert shown.page.xpath("//*[@role='alert']")


async def test_what_was_written_of_a_route_stays_when_it_is_none(operator: Browser) -> None:
    form = {"links": "nothing", "prefix": "7916", "traffic": "otp", "patience": "7", "on_undelivered": "y"}
    page = (await operator.post("/desk/routes", form)).page
    assert page.xpath("//input[@id='links' or @id='prefix' or @id='patience']/@value") == ["nothing", "7916", "7"]
    assert page.xpath("//select[@id='traffic']/option[@selected]/@value") == ["otp"]
    assert page.xpath("//input[@name='on_undelivered']/@checked")


async def test_which_rule_decides(operator: Browser) -> None:
    await operator.post("/desk/routes", {"links": "solid", "traffic": "otp"})
    shown = await operator.get("/desk/routes?number=89161234500&login=demo")
    assert "does not fit: class" in shown.said("//ol")
    assert "No rule decides" in shown.said()
    await operator.post("/desk/routes", {"links": "cheap"})
    assert "decides: cheap" in (await operator.get("/desk/routes?number=89161234500")).said("//ol")
    assert (await operator.get("/desk/routes?number=hello")).status == 422


async def test_a_direction_is_known_without_an_account(operator: Browser) -> None:
    await operator.post("/desk/routes", {"links": "cheap", "login": "demo"})
    shown = await operator.get("/desk/routes?number=89161234500&channel=viber")
    assert "no account is named" in shown.said("//ol")
    assert shown.said("//*[@id='asked-about']/dd[1]") == "Россия"
    assert "it is priced by: demo." in shown.said()
    shown = await operator.get("/desk/routes?number=89161234500&login=demo")
    assert shown.said("//*[@id='asked-about']/dd[3]") == "Tolmach"
