"""Regions as the registry, public metadata and customers spell them."""

from datetime import UTC, datetime

import pytest

from tolmach.core.regions import hours_from_moscow, zone_of
from tolmach.core.timezones import zone

# every subject of the federation, with the hours that its capital is ahead of Moscow
SUBJECTS = {
    -1: "Калининградская область",
    0: (
        "Республика Адыгея; Республика Дагестан; Республика Ингушетия; Кабардино-Балкарская Республика; "
        "Республика Калмыкия; Карачаево-Черкесская Республика; Республика Карелия; Республика Коми; Республика Крым; "
        "Республика Марий Эл; Республика Мордовия; Республика Северная Осетия - Алания; Республика Татарстан; "
        "Чеченская Республика; Чувашская Республика; Краснодарский край; Ставропольский край; Архангельская область; "
        "Белгородская область; Брянская область; Владимирская область; Волгоградская область; Вологодская область; "
        "Воронежская область; Ивановская область; Калужская область; Кировская область; Костромская область; "
        "Курская область; Ленинградская область; Липецкая область; Московская область; Мурманская область; "
        "Нижегородская область; Новгородская область; Орловская область; Пензенская область; Псковская область; "
        "Ростовская область; Рязанская область; Смоленская область; Тамбовская область; Тверская область; "
        "Тульская область; Ярославская область; г. Москва; г. Санкт-Петербург; г. Севастополь; "
        "Ненецкий автономный округ; Донецкая Народная Республика; Луганская Народная Республика; "
        "Запорожская область; Херсонская область"
    ),
    1: "Астраханская область; Самарская область; Саратовская область; Ульяновская область; Удмуртская Республика",
    2: (
        "Республика Башкортостан; Курганская область; Оренбургская область; Пермский край; Свердловская область; "
        "Тюменская область; Челябинская область; Ханты-Мансийский автономный округ - Югра; "
        "Ямало-Ненецкий автономный округ"
    ),
    3: "Омская область",
    4: (
        "Республика Алтай; Республика Тыва; Республика Хакасия; Алтайский край; Красноярский край; "
        "Кемеровская область; Новосибирская область; Томская область"
    ),
    5: "Республика Бурятия; Иркутская область",
    6: "Республика Саха (Якутия); Забайкальский край; Амурская область",
    7: "Приморский край; Хабаровский край; Еврейская автономная область",
    8: "Магаданская область; Сахалинская область",
    9: "Камчатский край; Чукотский автономный округ",
}
WINTER = datetime(2026, 1, 15, tzinfo=UTC)
SPELLINGS = {
    "г. Москва": "Europe/Moscow",
    "Москва": "Europe/Moscow",
    "г. Москва * Московская область": "Europe/Moscow",
    "Москва и Московская обл.": "Europe/Moscow",
    "г. Санкт-Петербург и Ленинградская область": "Europe/Moscow",
    "Калининград": "Europe/Kaliningrad",
    "Новосибирскаяобласть": "Asia/Novosibirsk",  # as the manual of ProntoSMS prints it
    "Республика Саха /Якутия/": "Asia/Yakutsk",
    "Ханты-Мансийский - Югра АО": "Asia/Yekaterinburg",
    "Ханты - Мансийский - Югра АО": "Asia/Yekaterinburg",
    "Ямало-Ненецкий АО": "Asia/Yekaterinburg",
    "Ненецкий АО": "Europe/Moscow",
    "Таймырский (Долгано-Ненецкий) АО": "Asia/Krasnoyarsk",
    "Кемеровская область - Кузбасс обл.": "Asia/Novokuznetsk",
    "Чувашская Республика - Чувашия": "Europe/Moscow",
    "Чувашия": "Europe/Moscow",
    "Удмуртия": "Europe/Samara",
    "Республика Татарстан (Татарстан)": "Europe/Moscow",
    "Еврейская АО": "Asia/Vladivostok",
    "Республика Коми": "Europe/Moscow",
    "Коми-Пермяцкий автономный округ": "Asia/Yekaterinburg",
    "Усть-Ордынский Бурятский АО": "Asia/Irkutsk",
    "Агинский Бурятский АО": "Asia/Chita",
    "Корякский округ": "Asia/Kamchatka",
    "Орёл": "Europe/Moscow",
    "г. Барнаул|Алтайский край": "Asia/Barnaul",
    "г.о. Мурино|м.р-н Всеволожский|Ленинградская область": "Europe/Moscow",
    "г. Томск, Томская обл.": "Asia/Tomsk",
    "НИЖЕГОРОДСКАЯ ОБЛ.": "Europe/Moscow",
    "г. Нижний Новгород": "Europe/Moscow",
    "Самарская область * Оренбургская область": "",  # two zones: nobody can tell
    "Российская Федерация": "",
    "": "",
    "Narnia": "",
    "*|;": "",
}


@pytest.mark.parametrize(("hours", "names"), SUBJECTS.items())
def test_every_region_has_its_hour(hours: int, names: str) -> None:
    for name in names.split("; "):
        assert zone_of(name), name
        assert hours_from_moscow(zone_of(name), WINTER) == hours, name


def test_no_region_is_missing() -> None:
    assert sum(len(names.split("; ")) for names in SUBJECTS.values()) == 89


@pytest.mark.parametrize(("written", "expected"), SPELLINGS.items())
def test_spellings(written: str, expected: str) -> None:
    assert zone_of(written) == expected
    if expected:
        zone(expected)


def test_hours_are_those_of_the_moment() -> None:
    assert hours_from_moscow("Europe/Kyiv", WINTER) == -1
    assert hours_from_moscow("Europe/Kyiv", datetime(2026, 7, 15, tzinfo=UTC)) == 0
    assert hours_from_moscow("Asia/Kolkata", WINTER) == 2.5
    assert hours_from_moscow("Europe/Samara", datetime(2010, 7, 1, tzinfo=UTC)) == 0  # in the years without an hour
