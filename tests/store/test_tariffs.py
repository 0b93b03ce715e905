import pytest

from tests.store.rows import account
from tolmach.core.content import Channel
from tolmach.core.money import Money
from tolmach.core.tariff import Direction
from tolmach.store import accounts, counters, tariffs
from tolmach.store.database import Tx
from tolmach.store.tariffs import PriceRow

SMS, VIBER = Channel.SMS, Channel.VIBER
BASE = [
    PriceRow("Россия", ("7", "79"), SMS, Money(10_000)),
    PriceRow("Россия", (), VIBER, Money(15_000)),
    PriceRow("Украина", ("380",), SMS, Money(20_000)),
]


@pytest.fixture
def base(tx: Tx) -> int:
    return tariffs.replace(tx, "base", BASE)


def number(tx: Tx, name: str) -> int:
    found = tariffs.direction_by_name(tx, name)
    assert found is not None
    return found


def test_a_tariff_is_loaded_with_its_directions(tx: Tx, base: int) -> None:
    russia, ukraine = number(tx, "Россия"), number(tx, "Украина")
    tariff = tariffs.load(tx, base)
    assert tariff.directions == {russia: Direction(russia, "Россия"), ukraine: Direction(ukraine, "Украина")}
    assert tariff.prefixes == {"7": russia, "79": russia, "380": ukraine}
    assert tariff.prices == {(russia, SMS): 10_000, (russia, VIBER): 15_000, (ukraine, SMS): 20_000}


def test_directions_of_other_tariffs_are_not_in_it(tx: Tx, base: int) -> None:
    other = tariffs.replace(tx, "other", [PriceRow("Польша", ("48",), SMS, Money(5)), BASE[2]])
    assert [place.name for place in tariffs.load(tx, other).directions.values()] == ["Украина", "Польша"]
    assert set(tariffs.load(tx, other).prefixes) == {"380", "48"}
    assert "48" not in tariffs.load(tx, base).prefixes
    assert tariffs.names(tx) == [(base, "base"), (other, "other")]


def test_a_new_list_replaces_the_old_one(tx: Tx, base: int) -> None:
    assert tariffs.replace(tx, "base", [PriceRow("Россия", (), SMS, Money(9))]) == base
    tariff = tariffs.load(tx, base)
    russia = number(tx, "Россия")
    assert tariff.prices == {(russia, SMS): 9}
    assert tariff.prefixes == {"7": russia, "79": russia}  # a row without prefixes keeps those there are
    assert [(place.name, prefixes) for place, prefixes in tariffs.all_directions(tx)] == [
        ("Россия", ("7", "79")),
        ("Украина", ("380",)),
    ]


def test_a_prefix_moves_to_who_names_it_last_and_the_last_price_holds(tx: Tx, base: int) -> None:
    rows = [*BASE, PriceRow("Абхазия", ("79",), SMS, Money(1)), PriceRow("Абхазия", (), SMS, Money(2))]
    tariffs.replace(tx, "base", rows)
    abkhazia = number(tx, "Абхазия")
    assert tariffs.load(tx, base).prefixes["79"] == abkhazia
    assert tariffs.load(tx, base).prices[abkhazia, SMS] == 2


def test_directions_are_closed_for_everybody(tx: Tx, base: int) -> None:
    russia = number(tx, "Россия")
    tariffs.set_open(tx, russia, is_open=False)
    assert [place.open for place in tariffs.load(tx, base).directions.values()] == [False, True]
    tariffs.set_open(tx, russia, is_open=True)
    assert all(place.open for place, _ in tariffs.all_directions(tx))


def test_directions_are_closed_for_one_account(tx: Tx, base: int) -> None:
    assert base
    one, two = accounts.add(tx, account("one", 1)), accounts.add(tx, account("two", 2))
    russia = number(tx, "Россия")
    for _ in range(2):
        tariffs.set_open_for(tx, one, russia, is_open=False)
    assert tariffs.closed_for(tx, one) == frozenset({russia})
    assert tariffs.closed_for(tx, two) == frozenset()
    for _ in range(2):
        tariffs.set_open_for(tx, one, russia, is_open=True)
    assert tariffs.closed_for(tx, one) == frozenset()


def test_what_there_is_not(tx: Tx, base: int) -> None:
    assert tariffs.by_name(tx, "base") == base
    assert tariffs.by_name(tx, "Base") is None
    assert tariffs.direction_by_name(tx, "россия") is None
    assert tariffs.load(tx, 99).directions == {}


def test_every_change_moves_the_revision(tx: Tx, base: int) -> None:
    one, russia = accounts.add(tx, account("one", 1)), number(tx, "Россия")
    before = counters.value(tx, counters.REVISION)
    tariffs.set_open(tx, russia, is_open=False)
    tariffs.set_open_for(tx, one, russia, is_open=False)
    tariffs.replace(tx, "base", BASE)
    assert counters.value(tx, counters.REVISION) == before + 3
    assert tariffs.by_name(tx, "base") == base
