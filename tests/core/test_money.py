from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.money import SCALE, Money, fixed, parse_money, plain

AMOUNTS = st.integers(-(10**16) + 1, 10**16 - 1).map(Money)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", 120_000),
        ("+12", 120_000),
        ("-3.5", -35_000),
        ("0,3800", 3_800),
        (" 0.0001\n", 1),
        ("999999999999.9999", 9_999_999_999_999_999),
        ("-0", 0),
        ("007", 70_000),
    ],
)
def test_amounts_that_are_read(text: str, amount: int) -> None:
    assert parse_money(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", "-", ".5", "5.", "1.23456", "1e3", "1 000", "1.000,00", "--1", "NaN", "inf", "1000000000000", "0x10", "1_0"],
)
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount of money"):
        parse_money(text)


@pytest.mark.parametrize(
    ("amount", "shortest", "people"),
    [
        (1_500_000, "150", "150.00"),
        (39_249_000, "3924.9", "3924.90"),
        (3_800, "0.38", "0.38"),
        (3_825, "0.3825", "0.3825"),
        (3_820, "0.382", "0.382"),
        (1, "0.0001", "0.0001"),
        (0, "0", "0.00"),
        (-1, "-0.0001", "-0.0001"),
        (-15_000, "-1.5", "-1.50"),
    ],
)
def test_amounts_that_are_written(amount: int, shortest: str, people: str) -> None:
    assert plain(Money(amount)) == shortest
    assert fixed(Money(amount)) == people


@given(AMOUNTS)
def test_both_forms_are_read_back_exactly(amount: Money) -> None:
    for text in (plain(amount), fixed(amount), plain(amount).replace(".", ",")):
        assert parse_money(text) == amount
        assert Decimal(text.replace(",", ".")) * SCALE == amount


@given(st.text(alphabet="0123456789.,+-e ", max_size=20))
def test_reading_gives_a_whole_number_or_a_value_error(text: str) -> None:
    try:
        amount = parse_money(text)
    except ValueError:
        return
    assert type(amount) is int
    assert Decimal(text.strip().replace(",", ".")) * SCALE == amount
