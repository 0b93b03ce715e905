"""``tolmach tariff``."""

from pathlib import Path

import pytest

from tests.cli.stage import Tolmach, complaint

GOOD = "direction,prefixes,channel,price\nРоссия,79,sms,0.95\nРоссия,,viber,1.4\nКазахстан,770 777,sms,3\n"


def prices(tolmach: Tolmach, name: str) -> dict[str, dict[str, str]]:
    return {one["direction"]: one["prices"] for one in tolmach("tariff", "show", name, "--json").json}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_import(tolmach: Tolmach, tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = tmp_path / "prices.csv"
    file.write_bytes(GOOD.replace(",", delimiter).replace("\n", "\r\n").encode(encoding))
    ran = tolmach("tariff", "import", "basic", str(file))
    assert (ran.code, ran.out, ran.err) == (0, "tariff basic: prices: 3, directions: 2\n", "")
    assert prices(tolmach, "basic") == {
        "Россия": {"sms": "0.95", "viber": "1.40"},
        "Казахстан": {"sms": "3.00"},
    }


def test_import_from_standard_input_replaces_the_prices(tolmach: Tolmach) -> None:
    ran = tolmach(
        "tariff", "import", "demo", "-", stdin=b"price;channel;prefixes;direction\n0,5;SMS;;\xd0\xee\xf1\xf1\xe8\xff\n"
    )
    assert ran.out == "tariff demo: prices: 1, directions: 1\n"
    assert prices(tolmach, "demo") == {"Россия": {"sms": "0.50"}}


def test_every_bad_row_is_named_and_nothing_is_imported(tolmach: Tolmach, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(
        "direction,prefixes,channel,price\n"
        "Россия,79,sms,1\n"
        "Россия,79,sms,2\n"
        ",375,sms,1\n"
        "\n"
        "Беларусь,37x,sms,1\n"
        "Беларусь,375,fax,1\n"
        "Беларусь,375,sms,cheap\n"
        "Беларусь,375,sms,-1\n"
        "Беларусь,375,sms\n"
        "Грузия,79,sms,1\n"
        "Армения,,sms,1\n",
        encoding="utf-8",
    )
    before = prices(tolmach, "demo")
    ran = tolmach("tariff", "import", "demo", str(file))
    lines = [line.removeprefix("tolmach: ") for line in ran.err.splitlines()]
    assert (ran.code, ran.out) == (1, "")
    assert [line.partition(":")[0] for line in lines[:-1]] == [f"line {n}" for n in (3, 4, 6, 7, 8, 9, 10, 11, 12)]
    assert lines[-1] == "nothing imported: 9 bad rows"
    assert prices(tolmach, "demo") == before


def test_a_big_file_shows_a_bar_on_standard_error(tolmach: Tolmach, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    rows = "".join(f"D{number},{10_000 + number},sms,1\n" for number in range(2_500))
    file.write_text("direction,prefixes,channel,price\n" + rows, encoding="utf-8")
    ran = tolmach("tariff", "import", "big", str(file))
    assert (ran.code, ran.out) == (0, "tariff big: prices: 2500, directions: 2500\n")
    assert "storing" in ran.err
    assert {"name": "big", "directions": 2500} in tolmach("tariff", "list", "--json").json


def test_list_and_show_as_tables(tolmach: Tolmach) -> None:
    assert "demo" in tolmach("tariff", "list").out
    shown = tolmach("tariff", "show", "demo").out
    assert "Россия" in shown
    assert "2.50" in shown


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["show", "nothing"], 1, "there is no tariff 'nothing'"),
        (["import", "demo", "/nowhere/prices.csv"], 1, "/nowhere/prices.csv: No such file or directory"),
        (["import", "demo", "/"], 1, "/: Is a directory"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: list[str], code: int, said: str) -> None:
    assert said in complaint(tolmach("tariff", *words), code)


def test_a_bad_name_is_refused(tolmach: Tolmach) -> None:
    assert "tariff name" in complaint(tolmach("tariff", "import", "", "-", stdin=GOOD), 2)
