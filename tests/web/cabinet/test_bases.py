import asyncio

from tests.gateway import Inside
from tests.services.test_sheets import workbook
from tests.web.browser import Browser, Shown
from tolmach.services import bases

ROSTER = "телефон;имя;дата рождения\n79161230001;Иван;17.05.1990\n79161230002;Анна;\n12;Никто;\n"


async def base(owner: Browser, name: str = "Customers") -> str:
    await owner.get("/cabinet/bases")
    return (await owner.post("/cabinet/bases", {"name": name})).location


async def take(owner: Browser, where: str, content: bytes) -> Shown:
    """Take a file in with the columns that are recognised, and return its page."""
    await owner.get(where)
    shown = await owner.follow(await owner.upload(f"{where}/import", {}, {"file": ("people.csv", content)}))
    chosen = shown.page.xpath("//select/@name"), shown.page.xpath("//select/option[@selected][1]/@value")
    path = shown.page.xpath("string(//main//form/@action)")
    await owner.post(path, dict(zip(*chosen, strict=True)))
    gateway = owner.inside.gateway
    assert await asyncio.to_thread(gateway.imports.advance, gateway.database, gateway.clock.now())
    return await owner.get(path)


async def test_a_base_and_its_subscribers(owner: Browser) -> None:
    where = await base(owner)
    assert (await owner.get(where)).said("//h1") == "Customers"
    form = {"phone": "8 916 123-45-67", "name": "Anna", "born": "1990-05-17"}
    shown = await owner.follow(await owner.post(f"{where}/subscribers", form))
    assert [cell.strip() for cell in shown.page.xpath("//tbody/tr[1]/td[position() < 4]/text()")] == [
        "79161234567", "Anna", "17 May 1990",
    ]  # fmt: skip
    shown = await owner.follow(await owner.post(f"{where}/subscribers/drop", {"phone": "79161234567"}))
    assert "Nobody yet" in shown.said()


async def test_subscribers_are_shown_by_the_hundred(owner: Browser) -> None:
    where = await base(owner)
    await take(owner, where, "\n".join(["phone", *(f"7916{number:07}" for number in range(1_050))]).encode())
    for page, first, count in ((1, 0, 100), (10, 900, 100), (11, 1_000, 50), (99, 1_000, 50)):
        shown = await owner.get(f"{where}?page={page}")
        phones = shown.page.xpath("//tbody/tr/td[1]/text()")
        assert (phones[0], len(phones)) == (f"7916{first:07}", count)
        assert f"Page {min(page, 11)} of 11" in shown.said()


async def test_the_file_of_a_base_stands_under_its_name(owner: Browser) -> None:
    where = await base(owner)
    shown = await take(owner, where, b"phone\n79161234567\n")
    assert shown.page.xpath(f"string(//main//a[@href='{where}'])") == "Customers"


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
    assert "Taken in: 0 new, 2 known already, 1 left out." in shown.said()
    file = await owner.get(shown.page.xpath("string(//a[contains(@href, 'left-out.csv')]/@href)"))
    assert file.body.decode("utf-8-sig").splitlines() == [
        "Line,Why,телефон,имя,дата рождения",
        "4,this is no phone number,12,Никто,",
    ]
    exported = (await owner.get(f"{where}/export.csv")).body.decode("utf-8-sig").splitlines()
    assert exported[0].startswith("phone,")
    assert exported[1].startswith("79161230001,,Иван")
    assert len((await owner.get(where)).page.xpath("//a[contains(@href, '/cabinet/imports/')]")) == 2


async def test_reasons_are_told_in_the_reader_s_language(owner: Browser) -> None:
    where = await base(owner)
    owner.language = "ru"
    shown = await take(owner, where, "phone;пол\n12;м\n79161230001;x\n".encode())
    assert [cell.strip() for cell in shown.page.xpath("//tbody/tr/td[2]/text()")] == [
        "это не номер телефона",
        "пол — не одно из слов мужской, женский, m, f",
    ]


async def test_a_workbook_is_taken_in(owner: Browser) -> None:
    where = await base(owner)
    shown = await take(owner, where, workbook(["Телефон", "ФИО"], [79161230001, "Иванов Иван"], [12, "x"]))
    assert "Taken in: 1 new, 0 known already, 1 left out." in shown.said()


async def test_columns_are_corrected_and_files_forgotten(owner: Browser) -> None:
    where = await base(owner)
    await owner.get(where)
    shown = await owner.follow(await owner.upload(f"{where}/import", {}, {"file": ("p.csv", b"a;b\n79161230001;x\n")}))
    assert "Recognised: UTF-8, delimiter: semicolon." in shown.said()
    path = shown.page.xpath("string(//main//form/@action)")
    wrong = await owner.post(path, {"column-0": "phone", "column-1": "phone"})
    assert (wrong.status, "One column has to be the number" in wrong.said()) == (422, True)
    assert (await owner.post(path, {"column-0": "phone", "column-1": ""})).status == 303
    assert "It is being taken in" in (await owner.get(path)).said()
    assert (await owner.post(f"{path}/drop")).status == 303
    assert (await owner.get(path)).status == 404


async def test_a_file_that_is_none(owner: Browser) -> None:
    where = await base(owner)
    for content, words in ((b"", "the file is empty"), (b"PK\x03\x04", "not an XLSX file")):
        await owner.get(where)
        refused = await owner.upload(f"{where}/import", {}, {"file": ("people.csv", content)})
        assert words in (await owner.follow(refused)).said()
    await owner.get(where)
    assert "Choose a file." in (await owner.follow(await owner.post(f"{where}/import"))).said()
    await owner.get(where)
    assert (await owner.upload("/cabinet/bases/999/import", {}, {"file": ("p.csv", b"phone\n1\n")})).status == 404


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
