import csv
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.cli.stage import NOON, Tolmach, complaint, opened
from tolmach.core.ids import MessageId
from tolmach.services import bases as services
from tolmach.store import greetings
from tolmach.store.database import Tx
from tolmach.store.greetings import Greeted

ROSTER = "ФИО;Телефон;Дата рождения;Пол;Город\nИванов Иван;8 961 224-22-43;21.08.1984;м;Омск\nАнна;79612242244;;ж;\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(ROSTER, encoding="cp1251")
    return path


def rows(tolmach: Tolmach) -> list[list[str]]:
    return list(csv.reader(tolmach("base", "export", "demo", "Office").out.splitlines()))


def test_a_base_is_added_shown_changed_and_removed(tolmach: Tolmach) -> None:
    assert tolmach("base", "add", "demo", "Office").out == "base 1 added to demo: Office\n"
    ran = tolmach("base", "set", "demo", "1", "--greet", "--at", "9:30", "--local-time", "--days-before", "1")
    assert ran.out == "base 1 changed: Office, at 09:30 local time, 1 day before\n"
    assert "no text to greet with" in ran.err
    ran = tolmach("base", "set", "demo", "Office", "--text", "Hi, #name#!", "--sender", "INFORM", "--name", "Shop")
    assert (ran.out, ran.err) == ("base 1 changed: Shop, at 09:30 local time, 1 day before\n", "")
    shown = tolmach("base", "show", "demo", "Shop", "--json").json
    assert {name: shown[name] for name in ("number", "name", "subscribers", "greet", "at", "local_time")} == {
        "number": 1,
        "name": "Shop",
        "subscribers": 0,
        "greet": True,
        "at": "09:30",
        "local_time": True,
    }
    assert (shown["days_before"], shown["sender"], shown["text"], shown["greeted"]) == (1, "INFORM", "Hi, #name#!", 0)
    assert "Hi, #name#!" in tolmach("base", "show", "demo", "1").out
    assert "at 09:30 local time" in tolmach("base", "list", "demo").out
    assert [one["name"] for one in tolmach("base", "list", "demo", "--json").json] == ["Shop"]
    assert (
        tolmach("base", "set", "demo", "1", "--no-greet", "--sender", "").out == "base 1 changed: Shop, no greetings\n"
    )
    assert tolmach("base", "remove", "demo", "Shop").out == "base 1 of demo is gone, with 0 subscribers\n"
    assert tolmach("base", "list", "demo", "--json").json == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("add nobody Shop", 1, "there is no account 'nobody'"),
        ("add demo Office", 1, "has a base 'Office' already"),
        ("add demo Shop --at 25:00", 2, "time is not"),
        ("add demo Shop --days-before 400", 2, "days before"),
        ("add demo Shop --sender TooLongSender", 2, "sender"),
        ("show demo Offices", 1, "there is no base 'Offices'; did you mean Office?"),
        ("set demo Office", 2, "nothing to change"),
        ("set demo Other --name Office", 1, "has a base 'Office' already"),
        ("list nobody", 1, "there is no account 'nobody'"),
        ("import demo Nothing people.csv", 1, "people.csv"),
        ("export demo Office --delimiter x", 2, "delimiter"),
        ("greetings demo Nothing", 1, "there is no base 'Nothing'"),
        ("remove demo 77", 1, "there is no base '77'"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: str, code: int, said: str) -> None:
    for name in ("Office", "Other"):
        tolmach("base", "add", "demo", name)
    assert said in complaint(tolmach("base", *words.split()), code)


def test_a_nameless_base_is_refused(tolmach: Tolmach) -> None:
    assert "not empty" in complaint(tolmach("base", "add", "demo", " "), 2)


def test_subscribers_are_imported_and_a_second_time_known(tolmach: Tolmach, roster: Path) -> None:
    tolmach("base", "add", "demo", "Office")
    ran = tolmach("base", "import", "demo", "Office", str(roster))
    assert (ran.code, ran.out) == (0, "2 imported: 2 new, 0 known already\n")
    assert ran.err == "tolmach: not used: Город\n"
    before = tolmach("base", "show", "demo", "Office", "--json").json
    assert before["subscribers"] == 2
    assert tolmach("base", "import", "demo", "1", str(roster)).out == "2 imported: 0 new, 2 known already\n"
    assert tolmach("base", "show", "demo", "Office", "--json").json == before
    assert rows(tolmach)[1][:6] == ["79612242243", "Иванов", "Иван", "", "1984-08-21", "m"]


def test_bad_records_are_written_to_a_file(tolmach: Tolmach, tmp_path: Path) -> None:
    tolmach("base", "add", "demo", "Office")
    file = tmp_path / "people.csv"
    file.write_text("phone,name\n79612242243,x\n123,=evil\n79612242244,y\n", encoding="utf-8")
    errors = tmp_path / "people.errors.csv"
    ran = tolmach("base", "import", "demo", "Office", str(file))
    assert (ran.code, ran.out) == (1, "2 imported: 2 new, 0 known already\n")
    assert ran.err == f"tolmach: 1 record left out: see {errors}\n"
    found = list(csv.reader(errors.read_text(encoding="utf-8-sig").splitlines()))
    assert found == [["line", "reason", "record"], ["3", "this is no phone number", "123", "'=evil"]]
    other = tmp_path / "other.csv"
    tolmach("base", "import", "demo", "Office", str(file), "--errors", str(other))
    assert other.exists()


def test_standard_input_is_a_file_too(tolmach: Tolmach) -> None:
    tolmach("base", "add", "demo", "Office")
    ran = tolmach("base", "import", "demo", "Office", "-", stdin="79612242243\n79612242244\n")
    assert ran.out == "2 imported: 2 new, 0 known already\n"


@pytest.mark.parametrize(("content", "said"), [("", "empty"), ("name\nx\n", "one column of numbers")])
def test_a_file_that_is_none(tolmach: Tolmach, content: str, said: str) -> None:
    tolmach("base", "add", "demo", "Office")
    assert said in complaint(tolmach("base", "import", "demo", "Office", "-", stdin=content), 2)


def test_many_are_imported_in_pieces_with_a_bar(tolmach: Tolmach, tmp_path: Path) -> None:
    tolmach("base", "add", "demo", "Office")
    file = tmp_path / "people.csv"
    file.write_text("phone,addition_1\n" + "".join(f"7900{number:07d},{number}\n" for number in range(8_000)))
    ran = tolmach("base", "import", "demo", "Office", str(file))
    assert ran.out == "8000 imported: 8000 new, 0 known already\n"
    assert "importing" in ran.err
    out = tmp_path / "out.csv"
    ran = tolmach("base", "export", "demo", "Office", str(out))
    assert ran.out == f"8000 subscribers in {out}\n"
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 8_001
    assert tolmach("base", "import", "demo", "Office", str(out)).out == "8000 imported: 0 new, 8000 known already\n"


def test_formulas_leave_as_text(tolmach: Tolmach, tmp_path: Path) -> None:
    tolmach("base", "add", "demo", "Office")
    tolmach("base", "import", "demo", "Office", "-", stdin="phone,name,region\n79612242243,=1+1,-5\n")
    assert rows(tolmach)[1][2] == "'=1+1"
    assert rows(tolmach)[1][6] == "'-5"
    ran = tolmach("base", "export", "demo", "Office", "--delimiter", ";", "--fill")
    assert ran.out.splitlines()[1].startswith("79612242243;;'=1+1;;;;'-5;")


def test_a_base_with_subscribers_is_removed_only_when_meant(tolmach: Tolmach, roster: Path) -> None:
    tolmach("base", "add", "demo", "Office")
    tolmach("base", "import", "demo", "Office", str(roster))
    ran = tolmach("base", "remove", "demo", "Office", stdin="n\n")
    assert ran.code == 1
    assert len(rows(tolmach)) == 3
    assert "2 subscribers?" in tolmach("base", "remove", "demo", "Office", stdin="y\n").out
    assert tolmach("base", "list", "demo", "--json").json == []
    tolmach("base", "add", "demo", "Office")
    tolmach("base", "import", "demo", "Office", str(roster))
    assert tolmach("base", "remove", "demo", "Office", "--yes").out.endswith("gone, with 2 subscribers\n")


def test_greetings_are_shown_and_tried_again(tolmach: Tolmach, data: Path) -> None:
    tolmach("base", "add", "demo", "Office")

    def note(tx: Tx) -> None:
        at = int(NOON.timestamp() * 1000)
        base = services.named(tx, "demo", "Office")
        greetings.add(
            tx,
            [
                Greeted(base.id, 2026, "79612242243", base.account, None, "stopped", at),
                Greeted(base.id, 2026, "79612242244", base.account, MessageId(10), "", at + 1),
            ],
        )

    with opened(data / "tolmach.sqlite") as store:
        store.write_now(note)
    assert tolmach("base", "greetings", "demo", "Office", "--json").json == [
        {"at": "2026-03-02T12:00:00.001000+03:00", "phone": "79612242244", "year": 2026, "message": 10, "reason": None},
        {"at": "2026-03-02T12:00:00+03:00", "phone": "79612242243", "year": 2026, "message": None, "reason": "stopped"},
    ]
    shown = tolmach("base", "greetings", "demo", "Office", "--refused", "--limit", "5").out
    assert "the number is on a stop list" in shown
    assert "79612242244" not in shown
    shown = tolmach("base", "show", "demo", "Office", "--json").json
    assert (shown["greeted"], shown["refused"]) == (1, 1)
    assert "0 refused greetings will be tried again" in tolmach("base", "greetings", "demo", "Office", "--retry").out


def test_no_number_reaches_a_log(tolmach: Tolmach, roster: Path) -> None:
    with capture_logs() as logs:
        tolmach("base", "add", "demo", "Office")
        tolmach("base", "import", "demo", "Office", str(roster))
    assert "79612242243" not in str(logs)
