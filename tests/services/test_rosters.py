import csv
import io
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.bases import ADDITIONS, Subscriber
from tolmach.core.commands import PutSubscriber
from tolmach.services import sheets
from tolmach.services.administration import BadValueError
from tolmach.services.rosters import COLUMNS, BadRecord, Roster, record, safe
from tolmach.services.sheets import detect_encoding


def read(text: str, encoding: str = "utf-8") -> list[PutSubscriber | BadRecord]:
    return list(Roster(io.BytesIO(text.encode(encoding))))


def test_russian_and_english_columns_in_any_order() -> None:
    english = "Phone,First name,Last_Name,Date of birth,SEX,Addition 1\n79612242243,Иван,Иванов,1984-08-21,m,gold\n"
    russian = (
        "Фамилия;Имя;Дата рождения;Пол;Доп. 1;Номер телефона\nИванов;Иван;21.08.1984;мужской;gold;8 (961) 224-22-43\n"
    )
    fields = {"name": "Иван", "surname": "Иванов", "born": "1984-08-21", "gender": "m", "addition_1": "gold"}
    assert read(english) == read(russian) == [PutSubscriber("79612242243", fields)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
def test_encodings_are_recognised(encoding: str) -> None:
    assert read("телефон\tимя\n79612242243\tИван\n", encoding) == [PutSubscriber("79612242243", {"name": "Иван"})]


def test_a_letter_that_is_cut_by_the_reading_is_no_other_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_PIECE", 1)
    assert detect_encoding(io.BytesIO("ёё".encode())) == "utf-8-sig"
    assert detect_encoding(io.BytesIO("ёё".encode("cp1251"))) == "windows-1251"
    assert detect_encoding(io.BytesIO("ё".encode()[:1])) == "windows-1251"
    assert detect_encoding(io.BytesIO(b"")) == "utf-8-sig"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters_are_recognised(mark: str) -> None:
    text = f'phone{mark}name{mark}region\n79612242243{mark}"Иван{mark} сын"{mark}\n'
    assert read(text) == [PutSubscriber("79612242243", {"name": f"Иван{mark} сын".strip()})]


def test_full_names_are_taken_apart_and_empty_cells_say_nothing() -> None:
    text = "ФИО,телефон,регион\nИванов Иван Иванович,79612242243,\nИванов,79612242244,Тверь\n,79612242245,\n"
    assert read(text) == [
        PutSubscriber("79612242243", {"surname": "Иванов", "name": "Иван", "patronymic": "Иванович"}),
        PutSubscriber("79612242244", {"surname": "Иванов", "region": "Тверь"}),
        PutSubscriber("79612242245", {}),
    ]


def test_nothing_but_numbers_needs_no_header() -> None:
    assert read("79612242243\n\n8 961 224-22-44\n") == [
        PutSubscriber("79612242243", {}),
        PutSubscriber("79612242244", {}),
    ]


def test_bad_records_are_named_with_their_lines() -> None:
    text = (
        "\n\nphone,birthday,gender,name\n"
        "79612242243,21.08.1984,,ok\n"
        '74957271122,,,"two\nlines"\n'
        "79612242244,31.02.1984,,x\n"
        ",,,\n"
        "79612242245,,maybe,x\n"
        "79612242246,,,x,y\n"
        f"79612242247,,,{'x' * 256}\n"
        "79612242248\n"
    )
    found = read(text)
    assert [one.phone for one in found if isinstance(one, PutSubscriber)] == ["79612242243", "79612242248"]
    bad = [(one.line, one.reason) for one in found if isinstance(one, BadRecord)]
    assert bad == [
        (5, "the number is not a mobile one"),
        (7, "birth date is not a day of the form YYYY-MM-DD"),
        (9, "gender is not one of мужской, женский, m, f"),
        (10, "5 fields instead of 4"),
        (11, "name is longer than 255 characters"),
    ]


def test_a_file_that_breaks_off_ends_with_the_reason() -> None:
    found = read('phone,name\n79612242243,x\n79612242244,"never closed\n')
    assert isinstance(found[0], PutSubscriber)
    assert isinstance(found[1], BadRecord)
    assert (found[1].line, found[1].reason) == (3, "not a CSV file: unexpected end of data")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("name,surname\nx,y\n", "one column of numbers"),
        ("phone,телефон\n1,2\n", "one column of numbers"),
        ("phone,name,имя\n1,2,3\n", "two columns are called name"),
    ],
)
def test_files_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(BadValueError, match=said):
        read(text)


def test_columns_that_nobody_knows_are_told() -> None:
    roster = Roster(io.BytesIO(b"phone,shoe size,\n79612242243,44,\n"))
    assert roster.unused == ["shoe size"]
    assert list(roster) == [PutSubscriber("79612242243", {})]


def test_it_tells_how_far_it_is() -> None:
    told: list[int] = []
    data = b"phone\n" + b"79612242243\n" * 10_000
    assert len(list(Roster(io.BytesIO(data), told.append))) == 10_000
    assert sum(told) == len(data)


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-1", "@SUM(A1)", "\tx"])
def test_formulas_are_made_harmless(cell: str) -> None:
    assert safe(cell) == "'" + cell
    assert safe("x" + cell) == "x" + cell


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
PEOPLE = st.builds(
    Subscriber,
    phone=st.integers(79_000_000_000, 79_999_999_999).map(str),
    born=st.one_of(st.just(""), st.dates().map(lambda day: day.isoformat()).filter(lambda text: text >= "0001-01-01")),
    gender=st.sampled_from(["", "m", "f"]),
    changed_at=st.just(0),
    **dict.fromkeys(("name", "surname", "patronymic", "region", "operator", *ADDITIONS), WORDS),
)


@given(st.lists(PEOPLE, max_size=5), st.sampled_from([",", ";", "|", "\t"]))
def test_what_is_written_is_read_again(people: list[Subscriber], delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(COLUMNS)
    writer.writerows(map(record, people))
    found = [one for one in read(out.getvalue()) if isinstance(one, PutSubscriber)]
    assert [Subscriber(one.phone, **cast(Any, one.fields)) for one in found] == people
