import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.users import Role
from tolmach.services import people
from tolmach.web.cabinet import stops


def numbers(shown: object) -> list[str]:
    return list(shown.page.xpath("//li/span/text()"))  # type: ignore[attr-defined]


async def test_numbers_come_and_go(owner: Browser) -> None:
    await owner.get("/cabinet/stops")
    shown = await owner.follow(await owner.post("/cabinet/stops", {"numbers": "8 903 123-45-67, 79031234568\nx"}))
    assert "On the list: 2 of 3. No phone numbers: x." in shown.said()
    assert "2 numbers are not written to" in shown.said()
    assert numbers(await owner.get("/cabinet/stops?search=8+903+123-45-68")) == ["79031234568"]
    shown = await owner.follow(await owner.post("/cabinet/stops/remove", {"number": "79031234567"}))
    assert numbers(shown) == ["79031234568"]


async def test_an_empty_list(owner: Browser) -> None:
    assert "The list is empty" in (await owner.get("/cabinet/stops")).said()


async def test_a_long_list_is_shown_page_by_page(owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stops, "SHOWN", 2)
    await owner.get("/cabinet/stops")
    await owner.post("/cabinet/stops", {"numbers": "79031234567\n79031234568\n79031234569\n79161234567"})
    first = await owner.get("/cabinet/stops?search=7903")
    assert numbers(first) == ["79031234567", "79031234568"]
    (further,) = first.page.xpath("//a[text()='Further']/@href")
    last = await owner.get(f"/cabinet/stops{further}")
    assert numbers(last) == ["79031234569"]
    assert last.page.xpath("//a[text()='Further']") == []
    assert "No number on the list begins so." in (await owner.get("/cabinet/stops?search=380")).said()


@pytest.mark.parametrize(
    ("path", "form", "words"),
    [
        ("/cabinet/stops", {"numbers": " , "}, "Write at least one number."),
        ("/cabinet/stops", {"numbers": "a,b,c,d"}, "On the list: 0 of 4. No phone numbers: a, b, c …."),
        ("/cabinet/stops/remove", {"number": "79031234567"}, "This number is not on the list."),
    ],
)
async def test_what_is_wrong_is_said(owner: Browser, path: str, form: dict[str, str], words: str) -> None:
    await owner.get("/cabinet/stops")
    assert words in (await owner.follow(await owner.post(path, form))).said()


async def test_a_viewer_only_looks(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/stops")
    await owner.post("/cabinet/stops", {"numbers": "79031234567"})
    hashed = (await indoors.read(lambda tx: people.find(tx, "demo"))).password_hash
    now = indoors.gateway.clock.now()
    await indoors.write(lambda tx: people.add(tx, "vera", hashed, Role.VIEWER, "demo", now))
    viewer = Browser(indoors)
    await viewer.sign_in("vera")
    shown = await viewer.get("/cabinet/stops")
    assert numbers(shown) == ["79031234567"]
    assert shown.page.xpath("//main//form[@method='post']") == []
