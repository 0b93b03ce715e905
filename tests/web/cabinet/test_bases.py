from tests.gateway import Inside
from tests.web.browser import Browser, Shown
from tolmach.services import bases

ROSTER = "телефон;имя;дата рождения\n79161230001;Иван;17.05.1990\n79161230002;Анна;\n12;Никто;\n"


async def base(owner: Browser, name: str = "Customers") -> str:
    await owner.get("/cabinet/bases")
    return (await owner.post("/cabinet/bases", {"name": name})).location


async def take(owner: Browser, where: str, content: bytes) -> Shown:
    await owner.get(where)
    return await owner.upload(f"{where}/import", {}, {"file": ("people.csv", content)})


async def test_a_base_and_its_subscribers(owner: Browser) -> None:
    where = await base(owner)
    assert (await owner.get(where)).said("//h1") == "Customers"
    form = {"phone": "8 916 123-45-67", "name": "Anna", "born": "1990-05-17"}
    shown = await owner.follow(await owner.post(f"{where}/subscribers", form))
    assert [cell.strip() for cell in shown.page.xpath("//tbody/tr[1]/td[position() < 4]/text()")] == [
        "79161234567", "Anna", "1990-05-17",
    ]  # fmt: skip
    shown = await owner.follow(await owner.post(f"{where}/subscribers/drop", {"phone": "79161234567"}))
    assert "Nobody yet" in shown.said()


async def test_what_is_wrong_with_a_subscriber(owner: Browser) -> None:
    where = await base(owner)
    await owner.get(where)
    for form, words in (
        ({"phone": "12"}, "This is no phone number."),
        ({"phone": "79161234567", "born": "soon"}, "A birth date is a day"),
    ):
        shown = await owner.post(f"{where}/subscribers", form)
        assert shown.status == 422
        assert words in shown.said("//*[@role='alert']")


async def test_a_file_is_taken_in_and_its_bad_records_are_told(owner: Browser) -> None:
    where = await base(owner)
    for encoding in ("utf-8", "cp1251"):
        shown = await take(owner, where, ROSTER.encode(encoding))
        assert "1 record was left out" in shown.said()
        assert shown.page.xpath("//tbody/tr/td/text()")[:3] == ["4", "this is no phone number", "12; Никто; "]
    assert "Taken in: 0 new, 2 known already." in shown.said()
    exported = (await owner.get(f"{where}/export.csv")).body.decode("utf-8-sig").splitlines()
    assert exported[0].startswith("phone,")
    assert exported[1].startswith("79161230001,,Иван")


async def test_a_large_file_is_taken_in_pieces(owner: Browser) -> None:
    where = await base(owner)
    lines = "\n".join(f"7916{number:07}" for number in range(5_000))
    shown = await take(owner, where, f"phone\n{lines}\n".encode())
    assert "Taken in: 5,000 new, 0 known already." in shown.said()
    assert "Page 1 of 5" in shown.said()
    second = await owner.get(f"{where}?page=2")
    assert second.page.xpath("//tbody/tr[1]/td/text()")[0] == "79160001000"


async def test_a_file_that_is_none(owner: Browser) -> None:
    where = await base(owner)
    assert "The first line has to name the columns" in (await take(owner, where, b"a;b\n1;2\n")).said()
    await owner.get(where)
    assert "Choose a file." in (await owner.post(f"{where}/import")).said()


async def test_greetings(owner: Browser, indoors: Inside) -> None:
    where = await base(owner)
    await owner.get(where)
    form = {"name": "All", "on": "on", "at": "09:30", "local_time": "on", "days_before": "1", "text": "Hi, #name#"}
    await owner.post(where, form)
    found = await indoors.read(lambda tx: bases.named(tx, "demo", "All"))
    assert (found.greeting.on, f"{found.greeting.at:%H:%M}", found.greeting.days_before) == (True, "09:30", 1)
    assert (await owner.post(where, form | {"days_before": "x"})).status == 422


async def test_deleting(owner: Browser) -> None:
    where = await base(owner)
    await owner.get(where)
    shown = await owner.follow(await owner.post(f"{where}/drop"))
    assert "No bases" in shown.said()
    assert (await owner.get(where)).status == 404
