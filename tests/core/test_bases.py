from datetime import time

import pytest

from tolmach.core.bases import (
    Base,
    Greeting,
    Subscriber,
    birthday,
    pages,
    read_born,
    read_days,
    read_field,
    read_gender,
    read_name,
    read_time,
)
from tolmach.core.ids import AccountId


def test_what_is_not_given_stays() -> None:
    base = Base(1, AccountId(1), "Office", Greeting(on=True, text="Hello"), size=3, changed_at=5)
    assert base.changed({}) == base
    changed = base.changed({"name": "Shop", "days_before": 2})
    assert (changed.name, changed.greeting.days_before, changed.greeting.text) == ("Shop", 2, "Hello")
    assert (changed.id, changed.size, changed.changed_at, changed.greeting.on) == (1, 3, 5, True)


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 1), (1000, 1), (1001, 2), (1_000_000, 1000)])
def test_pages(size: int, count: int) -> None:
    assert pages(size) == count


def test_a_birthday_is_month_and_day() -> None:
    assert birthday("1984-08-21") == 821
    assert birthday("2000-02-29") == 229
    assert birthday("") is None


@pytest.mark.parametrize("word", ["мужской", "МУЖСКОЙ", " m ", "M", "м"])
def test_men_in_every_spelling(word: str) -> None:
    assert read_gender(word) == "m"


@pytest.mark.parametrize("word", ["женский", "Женский", "f", "F", "ж"])
def test_women_in_every_spelling(word: str) -> None:
    assert read_gender(word) == "f"


def test_a_gender_may_be_left_out_but_not_made_up() -> None:
    assert read_gender("") == ""
    with pytest.raises(ValueError, match="gender"):
        read_gender("да")


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1984-08-21", "1984-08-21"),
        (" 1984-08-21 00:00:00", "1984-08-21"),
        ("2000-02-29", "2000-02-29"),
        ("", ""),
        ("0000-00-00", ""),
    ],
)
def test_birth_dates(text: str, born: str) -> None:
    assert read_born(text) == born


@pytest.mark.parametrize("text", ["1985-02-29", "1984-13-01", "21.08.1984", "1984", "0000-01-01", "soon"])
def test_no_birth_dates(text: str) -> None:
    with pytest.raises(ValueError, match="birth date"):
        read_born(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [("12:48", time(12, 48)), ("9:05", time(9, 5)), (" 00:00 ", time(0)), ("23:59:59", time(23, 59))],
)
def test_times(text: str, moment: time) -> None:
    assert read_time(text) == moment


@pytest.mark.parametrize(
    "text", ["24:00", "12:60", "12", "12:00:60", "1:2:3:4", "", "12-48", "-1:00", "１2:00", "001:00"]
)
def test_no_times(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        read_time(text)


def test_days_before() -> None:
    assert [read_days(text) for text in ("0", " 1", "365")] == [0, 1, 365]
    for text in ("366", "-1", "", "one", "1.5", "²"):
        with pytest.raises(ValueError, match="days before"):
            read_days(text)


def test_fields_are_trimmed_and_bounded() -> None:
    assert read_field("name", "  Константин ") == "Константин"
    assert read_field("addition_5", "x" * 1000) == "x" * 1000
    assert read_field("gender", "f") == "f"
    assert read_field("born", "2000-01-02") == "2000-01-02"
    for name, text in (("surname", "x" * 256), ("addition_1", "x" * 1001)):
        with pytest.raises(ValueError, match=name):
            read_field(name, text)


def test_names_of_bases() -> None:
    assert read_name(" База ") == "База"
    with pytest.raises(ValueError, match="255"):
        read_name("x" * 256)


def test_a_subscriber_is_a_number_and_what_is_known() -> None:
    one = Subscriber("79612242243", name="Константин")
    assert (one.phone, one.name, one.surname, one.changed_at) == ("79612242243", "Константин", "", 0)
