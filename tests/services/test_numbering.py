"""The plan as transactions see it."""

from array import array

from tests.clock import NOON
from tests.services.world import World
from tolmach.core.numbering import NumberInfo, Numbering, Ported, Ranges
from tolmach.services import numbering


def plan(operator: str) -> Ranges:
    """Return a plan in which an operator has one range."""
    return Ranges(array("q", [79161234000]), array("I", [999]), array("I", [0]), ((operator, "г. Москва"),))


def look(world: World) -> NumberInfo:
    return world.read(lambda tx: numbering.lookup(tx, "79161234567"))


def test_an_import_is_seen_at_once(world: World) -> None:
    assert look(world) == NumberInfo("", "", "")
    world.write(lambda tx: numbering.replace_ranges(tx, plan("МТС"), ["one.csv"], NOON))
    assert look(world) == NumberInfo("МТС", "г. Москва", "Europe/Moscow")
    world.write(lambda tx: numbering.replace_ranges(tx, plan("Билайн"), ["two.csv"], NOON))
    assert look(world).operator == "Билайн"
    ported = Ported(array("q", [79161234567]), array("I", [0]), ("Мотив",))
    world.write(lambda tx: numbering.replace_ported(tx, ported, ["ported.csv"], NOON))
    assert look(world) == NumberInfo("Мотив", "г. Москва", "Europe/Moscow")


def test_the_plan_is_read_once(world: World) -> None:
    world.write(lambda tx: numbering.replace_ranges(tx, plan("МТС"), ["one.csv"], NOON))
    first = world.read(numbering.current)
    assert world.read(numbering.current) is first
    ported = Ported(array("q", [79161234567]), array("I", [0]), ("Мотив",))
    world.write(lambda tx: numbering.replace_ported(tx, ported, ["ported.csv"], NOON))
    second = world.read(numbering.current)
    assert second is not first
    assert second.ranges is first.ranges


def test_the_catalogue_hands_it_out(world: World) -> None:
    def known(world: World) -> Numbering:
        return world.read(lambda tx: world.catalogue.at(tx).numbering(tx))

    before = known(world)
    assert known(world) is before
    world.write(lambda tx: numbering.replace_ranges(tx, plan("МТС"), ["one.csv"], NOON))
    assert known(world).lookup("79161234567").operator == "МТС"
