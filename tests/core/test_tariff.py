import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import ABKHAZIA, RUSSIA, SHUT, TARIFF, UKRAINE
from tolmach.core.content import Channel
from tolmach.core.money import Money
from tolmach.core.tariff import NO_TARIFF, Direction, Tariff

DIGITS = st.text("0123456789", min_size=1, max_size=15)


@pytest.mark.parametrize(
    ("phone", "direction"),
    [
        ("79031234567", RUSSIA),
        ("79401234567", ABKHAZIA),
        ("7940", ABKHAZIA),
        ("794", RUSSIA),
        ("380442589632", UKRAINE),
        ("38", None),
        ("4915112345678", None),
        ("35699123456", SHUT),
        ("", None),
    ],
)
def test_the_longest_prefix_finds_the_direction(phone: str, direction: Direction | None) -> None:
    assert TARIFF.direction(phone) == direction


@given(st.dictionaries(DIGITS, st.integers(1, 5), max_size=20), DIGITS)
def test_it_is_the_longest_of_all(prefixes: dict[str, int], phone: str) -> None:
    directions = {number: Direction(number, str(number)) for number in range(1, 6)}
    fitting = [prefix for prefix in prefixes if phone.startswith(prefix)]
    expected = directions[prefixes[max(fitting, key=len)]] if fitting else None
    assert Tariff(directions, prefixes, {}).direction(phone) == expected


def test_a_price_is_that_of_the_channel() -> None:
    assert TARIFF.price(RUSSIA, Channel.VIBER) == Money(15_000)
    assert TARIFF.price(UKRAINE, Channel.VIBER) is None


def test_no_tariff_goes_nowhere() -> None:
    assert NO_TARIFF.direction("79031234567") is None
    assert NO_TARIFF.price(RUSSIA, Channel.SMS) is None
