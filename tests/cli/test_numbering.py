"""``tolmach numbering``."""

from pathlib import Path

import pytest

from tests.cli.stage import Tolmach, complaint

PLAN = """АВС/ DEF;От;До;Емкость;Оператор;Регион;ИНН
961;2242000;2242499;500;ПАО "Вымпел-Коммуникации";Новосибирская область;7713076301
916;0;9999999;10000000;ПАО "Мобильные ТелеСистемы";г. Москва * Московская область;7740000076
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "DEF-9xx.csv"
    file.write_text(PLAN, encoding="windows-1251")
    return file


def test_import_show_and_status(tolmach: Tolmach, plan: Path) -> None:
    assert tolmach("numbering", "status").out.startswith("nothing is imported")
    assert tolmach("numbering", "status", "--json").json == {}
    ran = tolmach("numbering", "import", str(plan))
    assert (ran.code, ran.out, ran.err) == (0, "2 ranges of 2 operators imported\n", "")
    assert tolmach("numbering", "show", "8 961 2242243", "+380671234567", "--json").json == [
        {
            "number": "79612242243",
            "operator": "Вымпел-Коммуникации",
            "region": "Новосибирская область",
            "time_zone": "Asia/Novosibirsk",
        },
        {"number": "380671234567", "operator": "Kyivstar", "region": "Украина", "time_zone": "Europe/Kyiv"},
    ]
    shown = tolmach("numbering", "show", "79612242243", "79999999999").out
    assert "+4" in shown
    assert "МегаФон" in shown
    status = tolmach("numbering", "status", "--json").json
    assert (status["ranges"]["entries"], status["ranges"]["sources"]) == (2, "DEF-9xx.csv")
    assert "DEF-9xx.csv" in tolmach("numbering", "status").out


def test_an_import_replaces_the_plan(tolmach: Tolmach, plan: Path) -> None:
    tolmach("numbering", "import", str(plan))
    tolmach("numbering", "import", "-", stdin="961;0;9;10;Мотив;Свердловская область".encode())
    assert tolmach("numbering", "status", "--json").json["ranges"]["sources"] == "standard input"
    assert tolmach("numbering", "show", "79161234567", "--json").json[0]["region"] == ""


def test_ported_numbers(tolmach: Tolmach, plan: Path) -> None:
    tolmach("numbering", "import", str(plan))
    ran = tolmach("numbering", "ported", "-", stdin='number;operator\n79161234567;ПАО "МегаФон"\n'.encode())
    assert ran.out == "1 ported numbers imported\n"
    found = tolmach("numbering", "show", "79161234567", "--json").json[0]
    assert (found["operator"], found["region"]) == ("МегаФон", "г. Москва * Московская область")
    assert tolmach("numbering", "status", "--json").json["ported"]["entries"] == 1


def test_bad_rows_are_named_and_left_out(tolmach: Tolmach, plan: Path) -> None:
    rows = "961;0;9;10;Мотив;Свердловская область\n96;0;9;10;А;Б\n"
    ran = tolmach("numbering", "import", str(plan), "-", stdin=rows.encode())
    assert (ran.code, ran.out) == (0, "3 ranges of 3 operators imported\n")
    assert ran.err.splitlines() == [
        "tolmach: standard input line 2: code '96' is not three digits",
        "tolmach: 1 bad row left out",
    ]


def test_a_region_without_zone_is_named(tolmach: Tolmach) -> None:
    rows = "".join(f"961;{number};{number};1;Мотив;Край {number}\n" for number in range(7))
    ran = tolmach("numbering", "import", "-", stdin=rows.encode())
    assert ran.err == "tolmach: no time zone is known of: Край 0; Край 1; Край 2; Край 3; Край 4 and 2 more\n"


def test_another_format_changes_nothing(tolmach: Tolmach, plan: Path) -> None:
    tolmach("numbering", "import", str(plan))
    ran = tolmach("numbering", "import", "-", stdin="direction,prefixes\nРоссия,79\n".encode())
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "tolmach: nothing imported: there is not one good row"
    ran = tolmach("numbering", "import", "-", stdin=("x\n" * 30 + "961;0;9;10;Мотив;Томск").encode())
    assert ran.err.splitlines()[-2:] == [
        "tolmach: and 9 more",
        "tolmach: nothing imported: 29 bad rows and only 1 good ones",
    ]
    assert tolmach("numbering", "status", "--json").json["ranges"]["entries"] == 2


def test_a_big_file_shows_a_bar(tolmach: Tolmach) -> None:
    rows = "".join(f"961;{number};{number};1;Мотив;Томск\n" for number in range(2_500))
    ran = tolmach("numbering", "import", "-", stdin=rows.encode())
    assert (ran.code, ran.out) == (0, "2500 ranges of 1 operators imported\n")
    assert "reading" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["import", "/nowhere/plan.csv"], 1, "/nowhere/plan.csv: No such file or directory"),
        (["show", "12"], 2, "no number that can be written to: '12'"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: list[str], code: int, said: str) -> None:
    assert said in complaint(tolmach("numbering", *words), code)
