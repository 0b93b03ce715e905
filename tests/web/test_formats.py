from datetime import UTC, date, datetime

import pytest

from tolmach.core.money import parse_money
from tolmach.web.formats import Formats

RU, EN = Formats("ru", "Europe/Moscow"), Formats("en", "Asia/Novosibirsk")
NOON = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        ("0", "0,00 ₽", "0.00 ₽"),
        ("1234.5", "1 234,50 ₽", "1,234.50 ₽"),
        ("-0.3825", "-0,3825 ₽", "-0.3825 ₽"),
        ("100", "100,00 ₽", "100.00 ₽"),
    ],
)
def test_money(amount: str, russian: str, english: str) -> None:
    assert plain(RU.money(parse_money(amount), "RUB")) == russian
    assert plain(EN.money(parse_money(amount), "RUB")) == english


def test_a_currency_without_a_sign_of_its_own() -> None:
    assert plain(RU.money(parse_money("1"), "CHF")) == "1,00 CHF"


def test_numbers_and_shares() -> None:
    assert plain(RU.number(1234567)) == "1 234 567"
    assert EN.number(1234567) == "1,234,567"
    assert plain(RU.percent(2, 3)) == "66,7 %" or plain(RU.percent(2, 3)) == "66,7%"
    assert EN.percent(1, 2) == "50%"
    assert EN.percent(0, 0) == "—"


def test_moments_are_those_of_the_zone() -> None:
    assert EN.moment(NOON) == "2 Mar 2026, 19:00"
    assert RU.exactly(NOON) == "2 мар. 2026, 15:00:05"
    assert EN.moment(None) == ""
    assert EN.day(date(2026, 3, 2)) == "2 Mar"
