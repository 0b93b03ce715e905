"""Tariffs and directions on the desk."""

import pytest

from tests.clock import NOON
from tests.services.world import SMS_PRICE, World
from tolmach.core.commands.prices import GetTariff, ImportPrices, ListTariffs, OpenDirection
from tolmach.core.content import Channel
from tolmach.core.results.prices import PriceImport, TariffResult, TariffsResult
from tolmach.services import prices
from tolmach.services.administration import BadValueError, NotFoundError

LIST = "direction,prefixes,channel,price\nРоссия,7,sms,1.00\nМальта,356,sms,2.50\n"


def everything(world: World) -> TariffsResult:
    return world.read(lambda tx: prices.listing(tx, ListTariffs(), NOON))


def tariff(world: World, name: str) -> TariffResult:
    return world.read(lambda tx: prices.show(tx, GetTariff(name), NOON))


def put(world: World, name: str, text: str) -> PriceImport:
    return world.write(lambda tx: prices.replace(tx, ImportPrices(name, text.encode()), NOON))


def test_a_price_list_makes_a_tariff(world: World) -> None:
    assert put(world, "new", LIST) == PriceImport(2, [])
    assert everything(world).tariffs == [("base", 3), ("new", 2)]
    found = {row.name: row.prices for row in tariff(world, "new").rows}
    assert found == {"Россия": {Channel.SMS: SMS_PRICE}, "Мальта": {Channel.SMS: 25_000}}


def test_with_a_bad_row_nothing_is_stored(world: World) -> None:
    found = put(world, "new", LIST + "Италия,39,sms,much\n")
    assert (found.rows, [line for line, _ in found.faults]) == (0, [4])
    with pytest.raises(NotFoundError):
        tariff(world, "new")
    with pytest.raises(BadValueError):
        put(world, " ", LIST)


def test_directions_are_opened_and_closed(world: World) -> None:
    def is_open(name: str) -> bool:
        return next(row.open for row in everything(world).directions if row.name == name)

    assert not is_open("Мальта")
    world.write(lambda tx: prices.open_direction(tx, OpenDirection("Мальта", is_open=True), NOON))
    assert is_open("Мальта")
    world.write(lambda tx: prices.open_direction(tx, OpenDirection("Мальта", is_open=False, login="demo"), NOON))
    assert is_open("Мальта")
    with pytest.raises(NotFoundError):
        world.write(lambda tx: prices.open_direction(tx, OpenDirection("Луна", is_open=True), NOON))
