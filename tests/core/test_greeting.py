"""When and what a base greets: pure decisions over dates and texts."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.bases import Greeting, Subscriber
from tolmach.core.greeting import LEAST_WINDOW, Occasion, compose, is_open, occasion, occasions, window
from tolmach.core.timezones import to_wall

MOSCOW = "Europe/Moscow"
DAY = timedelta(days=1)
ZONES = [
    "Europe/Moscow",
    "Europe/Kaliningrad",
    "Asia/Kamchatka",
    "Asia/Novosibirsk",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
]
DST = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"]
GREETINGS = st.builds(
    Greeting,
    on=st.just(True),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    local_time=st.booleans(),
    days_before=st.integers(0, 365),
)


@pytest.mark.parametrize(
    ("day", "before", "birthdays", "year"),
    [
        (date(2026, 8, 21), 0, (821,), 2026),
        (date(2026, 8, 20), 1, (821,), 2026),
        (date(2026, 12, 29), 3, (101,), 2027),  # three days before New Year's Day, in the year before
        (date(2026, 2, 28), 0, (228, 229), 2026),  # a common year: on the 28th
        (date(2028, 2, 28), 0, (228,), 2028),
        (date(2028, 2, 29), 0, (229,), 2028),
        (date(2100, 2, 28), 0, (228, 229), 2100),
        (date(2027, 2, 25), 3, (228, 229), 2027),
        (date(2028, 2, 26), 3, (229,), 2028),
        (date(2026, 1, 1), 365, (101,), 2027),
    ],
)
def test_who_is_greeted_on_a_day(day: date, before: int, birthdays: tuple[int, ...], year: int) -> None:
    assert occasion(day, before) == Occasion(day, birthdays, year)


@given(st.integers(2000, 2400), st.integers(0, 365))
def test_every_birthday_comes_once_a_year(year: int, before: int) -> None:
    first = date(year, 1, 1) - before * DAY
    found = [occasion(first + number * DAY, before) for number in range(366)]
    celebrated = [birthday for one in found if one.year == year for birthday in one.birthdays]
    assert len(celebrated) == len(set(celebrated)) == 366


def test_the_minute_is_moscows_or_the_subscribers() -> None:
    greeting = Greeting(at=time(12, 48))
    opens, closes = window(greeting, date(2026, 8, 21), MOSCOW)
    assert opens == datetime(2026, 8, 21, 9, 48, tzinfo=UTC)
    assert closes == datetime(2026, 8, 21, 21, 0, tzinfo=UTC)
    assert window(greeting, date(2026, 8, 21), "Asia/Novosibirsk")[0] == datetime(2026, 8, 21, 5, 48, tzinfo=UTC)


def test_late_is_the_same_day_but_a_late_hour_is_never_less_than_an_hour_and_a_half() -> None:
    greeting = Greeting(at=time(23, 50))
    opens, closes = window(greeting, date(2026, 8, 21), MOSCOW)
    assert closes - opens == LEAST_WINDOW
    assert not is_open(greeting, date(2026, 8, 21), MOSCOW, opens - timedelta(seconds=1))
    assert is_open(greeting, date(2026, 8, 21), MOSCOW, opens)
    assert not is_open(greeting, date(2026, 8, 21), MOSCOW, closes)


def test_a_minute_that_summer_time_skips_comes_after_the_gap_and_one_that_comes_twice_is_the_first() -> None:
    greeting = Greeting(at=time(2, 30))
    assert window(greeting, date(2026, 3, 29), "Europe/Berlin")[0] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert window(greeting, date(2026, 10, 25), "Europe/Berlin")[0] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    # the day of 25 hours is one window, not two
    opens, closes = window(greeting, date(2026, 10, 25), "Europe/Berlin")
    assert closes - opens == timedelta(hours=22, minutes=30)


@given(
    GREETINGS,
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES + DST),
)
def test_no_open_day_is_overlooked(greeting: Greeting, now: datetime, zone: str) -> None:
    """Whatever zone a subscriber lives in: when its window is open, its day is among those that are looked at."""
    zone = zone if greeting.local_time else MOSCOW
    today = to_wall(now, zone).date()
    opened = {day for day in (today - 2 * DAY, today - DAY, today, today + DAY) if is_open(greeting, day, zone, now)}
    looked_at = list(occasions(greeting, now))
    assert opened <= {one.day for one in looked_at}
    assert len(looked_at) <= (4 if greeting.local_time else 2)
    assert all(one == occasion(one.day, greeting.days_before) for one in looked_at)


@given(GREETINGS, st.dates(date(2020, 1, 2), date(2040, 1, 1)), st.sampled_from(ZONES + DST))
def test_windows_of_a_zone_follow_each_other(greeting: Greeting, day: date, zone: str) -> None:
    opens, closes = window(greeting, day, zone)
    assert LEAST_WINDOW <= closes - opens <= timedelta(hours=25)
    assert opens < window(greeting, day + DAY, zone)[0]
    assert to_wall(opens, zone).date() == day or to_wall(opens, zone).date() == day + DAY  # a skipped midnight


IVAN = Subscriber("79612242243", name="Иван", surname="Иванов", patronymic="Иванович", addition_1="gold")
NOBODY = Subscriber("79612242244")
ANNA = Subscriber("79612242245", name="Анна")


@pytest.mark.parametrize(
    ("text", "ivan", "anna", "nobody"),
    [
        ("Поздравляем!", "Поздравляем!", "Поздравляем!", "Поздравляем!"),
        ("#name#, с праздником!", "Иван, с праздником!", "Анна, с праздником!", "С праздником!"),
        (
            "Дорогой #name# #patronymic#, привет",
            "Дорогой Иван Иванович, привет",
            "Дорогой Анна, привет",
            "Дорогой, привет",
        ),
        ("С праздником, #name#!", "С праздником, Иван!", "С праздником, Анна!", "С праздником!"),
        ("Привет, #NAME#, как дела", "Привет, Иван, как дела", "Привет, Анна, как дела", "Привет, как дела"),
        ("#surname# #name# #patronymic#", "Иванов Иван Иванович", "Анна", ""),
        ("Карта #addition_1# ждёт", "Карта gold ждёт", "Карта ждёт", "Карта ждёт"),
        ("Карта (#addition_1#) ждёт", "Карта (gold) ждёт", "Карта ждёт", "Карта ждёт"),
        ("Ваш код:#addition_2#", "Ваш код:", "Ваш код:", "Ваш код:"),
        ("Hi #name#\n#surname#\nBye", "Hi Иван\nИванов\nBye", "Hi Анна\n\nBye", "Hi\n\nBye"),
        (
            "#phone# #number# # #name",
            "#phone# #number# # #name",
            "#phone# #number# # #name",
            "#phone# #number# # #name",
        ),
        ("x#name#y", "xИванy", "xАннаy", "xy"),
        ("Два  пробела, и , запятая #addition_6#", *["Два  пробела, и , запятая #addition_6#"] * 3),
    ],
)
def test_texts(text: str, ivan: str, anna: str, nobody: str) -> None:
    assert [compose(text, one) for one in (IVAN, ANNA, NOBODY)] == [ivan, anna, nobody]


def test_what_a_client_wrote_is_not_read_again() -> None:
    sly = Subscriber("79612242243", name="#surname#", surname="{{7*7}}")
    assert compose("#name# #surname#", sly) == "#surname# {{7*7}}"


@given(st.text(max_size=60), st.text(max_size=10))
def test_any_text_is_filled(text: str, name: str) -> None:
    assert isinstance(compose(text, Subscriber("1", name=name)), str)
    if "#" not in text and "\0" not in text:
        assert compose(text, NOBODY) == text
